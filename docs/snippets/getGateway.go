package main

import (
	"github.com/pulumi-coreweave-gateway/pulumi-coreweave-gateway/sdk/go/coreweavegateway"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		gateway := coreweavegateway.GetGatewayOutput(ctx, coreweavegateway.GetGatewayOutputArgs{
			GatewayName: pulumi.String("production"),
		})
		ctx.Export("endpoint", gateway.Endpoint())
		ctx.Export("status", gateway.Status())
		return nil
	})
}
