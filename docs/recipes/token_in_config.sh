# The value comes from stdin, so that it is in no shell's history and on no command line.
pulumi config set --secret coreweave-gateway:token < token.txt
