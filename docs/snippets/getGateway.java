import com.pulumi.Pulumi;
import com.pulumi.coreweavegateway.CoreweavegatewayFunctions;
import com.pulumi.coreweavegateway.inputs.GetGatewayArgs;

public class App {
    public static void main(String[] args) {
        Pulumi.run(context -> {
            var gateway = CoreweavegatewayFunctions.getGateway(
                GetGatewayArgs.builder().gatewayName("production").build());

            context.export("endpoint", gateway.applyValue(found -> found.endpoint()));
            context.export("status", gateway.applyValue(found -> found.status()));
        });
    }
}
