package main

import (
	"github.com/pulumi-coreweave-gateway/pulumi-coreweave-gateway/sdk/go/coreweavegateway"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		deployments := coreweavegateway.GetDeploymentsOutput(ctx, coreweavegateway.GetDeploymentsOutputArgs{
			GatewayId: pulumi.String(config.Require(ctx, "gatewayId")),
		})
		ctx.Export("models", deployments.Models())
		return nil
	})
}
