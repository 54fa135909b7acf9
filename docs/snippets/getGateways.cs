using System.Collections.Generic;
using System.Linq;
using Pulumi;
using CoreweaveGateway = Pulumi.CoreweaveGateway;

return await Deployment.RunAsync(() =>
{
    var fleet = CoreweaveGateway.GetGateways.Invoke(new()
    {
        Zones = { "US-EAST-04A" },
        NamePattern = "prod-*",
    });

    return new Dictionary<string, object?>
    {
        ["endpoints"] = fleet.Apply(found => found.Gateways.Select(gateway => gateway.Endpoint)),
    };
});
