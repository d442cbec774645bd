import org.elasticmq.NodeAddress;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;

/** Usage: ElasticMqServer PORT REGION. Serves SQS on the loopback interface, queues in memory, until it is ended. */
public class ElasticMqServer {
    public static void main(String[] arguments) {
        int port = Integer.parseInt(arguments[0]);
        SQSRestServerBuilder.withInterface("127.0.0.1")
            .withPort(port)
            .withServerAddress(new NodeAddress("http", "127.0.0.1", port, ""))
            .withAWSRegion(arguments[1])
            .start()
            .waitUntilStarted();
        System.out.println("READY http://127.0.0.1:" + port);
    }
}
