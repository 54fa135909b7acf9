using System.Collections.Generic;
using Pulumi;
using CoreweaveGateway = Pulumi.CoreweaveGateway;

return await Deployment.RunAsync(() =>
{
    var deployments = CoreweaveGateway.GetDeployments.Invoke(new()
    {
        GatewayId = new Config().Require("gatewayId"),
    });

    return new Dictionary<string, object?>
    {
        ["models"] = deployments.Apply(found => found.Models),
    };
});
