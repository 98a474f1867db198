@echo off
setlocal DisableDelayedExpansion
chcp 65001 >nul
title registry @VERSION@
pushd "%~dp0"
if not exist "python\python.exe" goto unpack
"python\python.exe" -X utf8 "start.py" %*
if errorlevel 1 pause
popd
exit /b
:unpack
echo 请先把压缩包全部解压到一个文件夹，再双击其中的 start.cmd。
echo Unpack the whole ZIP file into a folder first, then double-click start.cmd there.
pause
