# From a file: the token is in no shell history and on no command line.
pulumi config set --secret coreweave-gateway:token < token.txt
