package main

import (
	"github.com/pulumi-coreweave-gateway/pulumi-coreweave-gateway/sdk/go/coreweavegateway"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		fleet := coreweavegateway.GetGatewaysOutput(ctx, coreweavegateway.GetGatewaysOutputArgs{
			Zones:       pulumi.ToStringArray([]string{"US-EAST-04A"}),
			NamePattern: pulumi.String("prod-*"),
		})
		ctx.Export("first", fleet.Gateways().Index(pulumi.Int(0)).Endpoint())
		return nil
	})
}
