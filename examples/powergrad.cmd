@echo off
rem Builds the library and the examples, then runs a command of the examples on Windows:
rem
rem   examples\powergrad compare --help
rem
rem Needs a JDK, 11 or newer, and Maven. It has no --cuda, --ui and spark, for which examples/powergrad does more.
rem The authors have no Windows: nobody has run this file yet.
setlocal
set "app=%~dp0app"
call mvn -q -B -f "%~dp0pom.xml" -Plibrary -pl app -am install -Dmaven.test.skip=true -Dmaven.javadoc.skip=true ^
  -Dmaven.source.skip=true -Djacoco.skip=true || exit /b 1
rem All libraries in one folder, since a command may not be as long as their class path.
call mvn -q -B -f "%app%\pom.xml" dependency:copy-dependencies -DincludeScope=runtime || exit /b 1
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
"%java%" -XX:+UseSerialGC %POWERGRAD_JAVA_OPTS% -cp "%app%\target\classes;%app%\target\dependency\*" ^
  io.github.powergrad.examples.cli.PowerGrad %*
