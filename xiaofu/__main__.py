from xiaofu.cli import main

main()
