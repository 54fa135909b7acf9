import * as pulumi from "@pulumi/pulumi";
import * as coreweave from "pulumi-coreweave-gateway";

const gatewayId = new pulumi.Config().require("gatewayId");
const deployments = coreweave.getDeploymentsOutput({ gatewayId });

export const models = deployments.models;
