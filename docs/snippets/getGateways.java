import com.pulumi.Pulumi;
import com.pulumi.coreweavegateway.CoreweavegatewayFunctions;
import com.pulumi.coreweavegateway.inputs.GetGatewaysArgs;
import java.util.stream.Collectors;

public class App {
    public static void main(String[] args) {
        Pulumi.run(context -> {
            var fleet = CoreweavegatewayFunctions.getGateways(
                GetGatewaysArgs.builder().zones("US-EAST-04A").namePattern("prod-*").build());

            context.export("endpoints", fleet.applyValue(found -> found.gateways().stream()
                .map(gateway -> gateway.endpoint())
                .collect(Collectors.toList())));
        });
    }
}
