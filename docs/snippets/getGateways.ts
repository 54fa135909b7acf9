import * as coreweave from "pulumi-coreweave-gateway";

const fleet = coreweave.getGatewaysOutput({ zones: ["US-EAST-04A"], namePattern: "prod-*" });

export const endpoints = fleet.gateways.apply((gateways) => gateways.map((gateway) => gateway.endpoint));
