"""start.cmd 打开的菜单：建库，打开网站，核查，备份。"""

from __future__ import annotations

import datetime
import os
import socket
import subprocess
import sys
import webbrowser
from pathlib import Path

HERE = Path(__file__).resolve().parent
DB = HERE / "registry.db"
USERS = HERE / "registry-internal" / "users.json"
REPORT = HERE / "核查报告.html"
DOCS = HERE / "docs-site" / "index.html"
PORTS = range(8001, 8020)
ENDED_BY_HAND = 0xC000013A  # what Windows says of a program that Ctrl-C ended

MENU = """
  1  打开内部网站（问题、台账，需登录）
  2  打开公开目录
  3  核查，打开核查报告
  4  备份
  5  命令行窗口
  6  使用说明
  0  退出
"""


def registry(*words: str | Path) -> int:
    """Run a command of the registry, and give its exit code."""
    environment = {"REGISTRY_LANG": "zh", **os.environ, "REGISTRY_DB": str(DB)}
    command = [sys.executable, "-X", "utf8", "-m", "registry", *map(str, words)]
    # Ctrl-C reaches both: the server ends, and the menu comes back.
    with subprocess.Popen(command, cwd=HERE, env=environment) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


def ask(question: str, default: str = "") -> str:
    """What is typed; at the end of the input, or for Ctrl-C, nothing."""
    try:
        return input(question).strip() or default
    except (EOFError, KeyboardInterrupt):
        print()
        return ""


def free_port() -> int:
    """A port that nobody listens at; 0, any, where all are taken."""
    for port in PORTS:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    return 0


def build() -> bool:
    """Make the working file where there is none; whether there is one then."""
    while not DB.exists():
        print("\n尚无登记库（registry.db），现在建立。\n")
        print("  1  空台账，正式使用")
        print("  2  带演示台账，先试用\n")
        chosen = ask("请选择（1或2，直接回车退出）：")
        if chosen not in ("1", "2"):
            return False
        if registry("build", *(["--demo"] if chosen == "2" else [])) != 0:
            return False
    return True


def serve_internal() -> None:
    """Let somebody in, audit, and serve the internal site."""
    if not USERS.exists():
        print("\n还没有内部网站的用户，先为改革牵头部门设一个。")
        name = ask("用户名（直接回车为 office）：", "office")
        if not name or registry("user", "add", name, "--role", "office") != 0:
            return
    if registry("audit", "--format", "html", "-o", REPORT) in (0, 1):
        print("\n网站只在本机可用；在本窗口按 Ctrl-C 停止，返回菜单。")
        registry("serve", "--internal", "--open", "--port", str(free_port()))


def serve_public() -> None:
    """Serve the public catalogue, as far as it is public."""
    print("\n网站只在本机可用；在本窗口按 Ctrl-C 停止，返回菜单。")
    registry("serve", "--open", "--port", str(free_port()))


def audit() -> None:
    """Audit, and show the report."""
    if registry("audit", "--format", "html", "-o", REPORT) in (0, 1):
        print(f"核查报告：{REPORT}")
        webbrowser.open(REPORT.as_uri())


def backup() -> None:
    """Copy the working file into the folder 备份, under the time."""
    folder = HERE / "备份"
    folder.mkdir(exist_ok=True)
    registry("backup", folder / f"registry-{datetime.datetime.now():%Y%m%d-%H%M%S}.db")


def command_line() -> None:
    """Open a window for commands, in this folder."""
    if os.name == "nt":
        subprocess.Popen(["cmd", "/c", "start", "registry", str(HERE / "registry.cmd")])
    else:
        registry("--help")


def show_docs() -> None:
    """Open the docs in the browser."""
    path = DOCS if DOCS.exists() else HERE / "docs" / "zh"
    print(f"使用说明：{path}")
    webbrowser.open(path.as_uri())


ACTIONS = {
    "1": serve_internal,
    "2": serve_public,
    "3": audit,
    "4": backup,
    "5": command_line,
    "6": show_docs,
}


def main() -> int:
    """Show the menu until 0 is chosen, or nothing is left to read."""
    print("赋权事项登记系统 @VERSION@")
    print(f"文件夹：{HERE}")
    if not build():
        return 0 if DB.exists() else 1
    while True:
        print(MENU)
        chosen = ask("请选择：", "?")
        if chosen in ("", "0"):
            return 0
        if chosen in ACTIONS:
            ACTIONS[chosen]()
        else:
            print("请输入 0 到 6 之间的数字。")


if __name__ == "__main__":
    sys.exit(main())
