import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.TimestampType;

/** Writes batches of every format and codec with Kafka's own classes: FORMAT-CODEC.bin, each of 500 records, 20 when not compressed. */
public class BatchOracle {
    public static void main(String[] args) throws Exception {
        for (byte magic = 0; magic <= 2; magic++) {
            for (CompressionType codec : CompressionType.values()) {
                if (magic < 2 && codec == CompressionType.ZSTD) continue;
                write(magic, codec, args[0]);
            }
        }
    }

    static void write(byte magic, CompressionType codec, String dir) throws Exception {
        var time = magic == 0 ? TimestampType.NO_TIMESTAMP_TYPE : magic == 1 ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME;
        var builder = MemoryRecords.builder(ByteBuffer.allocate(1 << 20), magic, codec, time, 100L, 1700000000000L,
            magic == 2 ? 7L : RecordBatch.NO_PRODUCER_ID, (short) (magic == 2 ? 3 : -1), magic == 2 ? Integer.MAX_VALUE - 10 : -1, false, false, 5);
        int n = codec == CompressionType.NONE ? 20 : 500;
        for (int i = 0; i < n; i++) {
            byte[] key = i % 3 == 0 ? null : ("key-" + i).getBytes(StandardCharsets.UTF_8);
            byte[] value = i % 7 == 0 ? null : ("value-" + i * 31).getBytes(StandardCharsets.UTF_8);
            Header[] headers = magic == 2 && i % 5 == 0
                ? new Header[] {new RecordHeader("h" + i, null), new RecordHeader("trace", new byte[] {1, 2})} : new Header[0];
            builder.appendWithOffset(100L + i, magic == 0 ? RecordBatch.NO_TIMESTAMP : 1700000000000L + i * 3L, key, value, headers);
        }
        var buffer = builder.build().buffer();
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        Files.write(Path.of(dir, "v" + magic + "-" + codec.name + ".bin"), bytes);
    }
}
