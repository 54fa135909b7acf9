import * as pulumi from "@pulumi/pulumi";
import * as coreweave from "pulumi-coreweave-gateway";

const gateway = coreweave.getGatewayOutput({ gatewayId: new pulumi.Config().require("gatewayId") });

export const endpoint = gateway.endpoint;
export const endpoints = gateway.endpoints;
export const openaiBaseUrl = gateway.openaiBaseUrl;
export const status = gateway.status;
export const ready = gateway.ready;
export const zones = gateway.zones;
