import com.pulumi.Pulumi;
import com.pulumi.coreweavegateway.CoreweavegatewayFunctions;
import com.pulumi.coreweavegateway.inputs.GetDeploymentsArgs;

public class App {
    public static void main(String[] args) {
        Pulumi.run(context -> {
            var deployments = CoreweavegatewayFunctions.getDeployments(
                GetDeploymentsArgs.builder().gatewayId(context.config().require("gatewayId")).build());

            context.export("models", deployments.applyValue(found -> found.models()));
        });
    }
}
