using System.Collections.Generic;
using Pulumi;
using CoreweaveGateway = Pulumi.CoreweaveGateway;

return await Deployment.RunAsync(() =>
{
    var gateway = CoreweaveGateway.GetGateway.Invoke(new()
    {
        GatewayName = "production",
    });

    return new Dictionary<string, object?>
    {
        ["endpoint"] = gateway.Apply(found => found.Endpoint),
        ["status"] = gateway.Apply(found => found.Status),
    };
});
