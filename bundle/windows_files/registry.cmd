@echo off
setlocal DisableDelayedExpansion
chcp 65001 >nul
if not defined REGISTRY_DB set "REGISTRY_DB=%~dp0registry.db"
if not defined REGISTRY_LANG set "REGISTRY_LANG=zh"
if "%~1"=="" if not defined REGISTRY_WINDOW goto window
"%~dp0python\python.exe" -X utf8 -m registry %*
exit /b %ERRORLEVEL%
:window
set "REGISTRY_WINDOW=1"
set "PATH=%~dp0;%PATH%"
pushd "%~dp0"
"%~dp0python\python.exe" -X utf8 -m registry
"%ComSpec%" /k title registry @VERSION@
exit /b
