import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.apache.kafka.common.metadata.MetadataJsonConverters;
import org.apache.kafka.common.metadata.MetadataRecordType;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.metadata.MetadataRecordSerde;

/** Reads record values in hex, one a line, and prints each with what kafka-dump-log would print for it. */
public class RecordOracle {
    public static void main(String[] args) throws Exception {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.print(line + "\t" + answer(HexFormat.of().parseHex(line)) + "\n");
        }
        out.flush();
    }

    static String answer(byte[] value) {
        try {
            var read = new MetadataRecordSerde().read(new ByteBufferAccessor(ByteBuffer.wrap(value)), value.length);
            var json = new ObjectNode(JsonNodeFactory.instance);
            json.set("type", new TextNode(MetadataRecordType.fromId(read.message().apiKey()).toString()));
            json.set("version", new IntNode(read.version()));
            json.set("data", MetadataJsonConverters.writeJson(read.message(), read.version()));
            return json.toString();
        } catch (Throwable e) {
            return "Error: " + e.getMessage();
        }
    }
}
