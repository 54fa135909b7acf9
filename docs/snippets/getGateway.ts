import * as coreweave from "pulumi-coreweave-gateway";

const gateway = coreweave.getGatewayOutput({ gatewayName: "production" });

export const endpoint = gateway.endpoint;
export const status = gateway.status;
