#!/bin/sh
# sh install.sh          装入本文件夹并生成工作文件　　into this folder, and build the working file
# sh install.sh FOLDER   只装入指定的新文件夹　　　　　into a new folder of your own, and no more
# PYTHON=… sh install.sh 指定 Python　　　　　　　　　with a Python of your choice
set -eu
case ${1:-} in
  '') target= ;;
  /*) target=$1 ;;
  *) target=$PWD/$1 ;;
esac
cd -- "$(dirname -- "$0")"

say() { printf '%s\n%s\n' "$1" "$2"; }
stop() { say "$1" "$2" >&2; exit 1; }

# What pip and Python are told elsewhere on this machine is not for us.
PIP_CONFIG_FILE=/dev/null
PYTHONNOUSERSITE=1
export PIP_CONFIG_FILE PYTHONNOUSERSITE
unset PYTHONPATH PYTHONHOME

if command -v sha256sum >/dev/null 2>&1; then sums='sha256sum -c'; else sums='shasum -a 256 -c'; fi
if ! told=$($sums SHA256SUMS 2>&1); then
  printf '%s\n' "$told" | grep -v ': OK$' >&2 || true
  stop '安装包不完整或被改动，未安装。请重新拷贝。' \
    'The bundle is damaged or was changed; nothing is installed. Copy it again.'
fi

[ "$(uname -s) $(uname -m)" = '@SYSTEM@ @MACHINE@' ] ||
  stop "本安装包适用于 @SYSTEM@ @MACHINE@，本机为 $(uname -s) $(uname -m)，未安装。" \
    "The bundle is for @SYSTEM@ @MACHINE@; this is $(uname -s) $(uname -m). Nothing is installed."

minor='import sys; print("%d.%d" % sys.version_info[:2])'
found=
for python in ${PYTHON:-python@PYTHON@ python3}; do
  if [ "$("$python" -c "$minor" 2>/dev/null)" = '@PYTHON@' ]; then found=$python; break; fi
done
[ -n "$found" ] ||
  stop '需要 Python @PYTHON@，本机未找到，未安装。可用 PYTHON=路径 指明。' \
    'Python @PYTHON@ is needed and was not found; nothing is installed. Name it with PYTHON=path.'

[ -z "$target" ] || [ ! -e "$target" ] ||
  stop "$target 已存在，未安装。请指定新的文件夹。" \
    "$target is there already; nothing is installed. Name a new folder."

# pip comes with the bundle: Debian and its kin have none in Python itself.
"$found" -m venv --clear --without-pip "${target:-venv}"
pip=$(echo wheels/pip-*.whl)
"${target:-venv}/bin/python" "$pip/pip" --isolated install --quiet --no-cache-dir --disable-pip-version-check \
  --no-index --find-links wheels --no-deps --require-hashes --requirement '@REQUIREMENTS@'

if [ -n "$target" ]; then
  say "已安装：$target/bin/registry" "Installed: $target/bin/registry"
  exit
fi

if [ -e registry.db ]; then
  say '已有 registry.db，未改动。' 'registry.db is there already and is left as it is.'
else
  venv/bin/registry --db registry.db build --demo
fi

say '' '安装完成。下一步：　　Installed. What to run next:'
say '  venv/bin/registry audit' '  venv/bin/registry publish --to public'
say '  venv/bin/registry serve public' ''
say '浏览器打开 http://127.0.0.1:8001/ 。供其他机器访问和开机自启，见 docs/deploy.md。' \
  'Then open http://127.0.0.1:8001/ in a browser. For other machines to see it: docs/deploy.md.'
