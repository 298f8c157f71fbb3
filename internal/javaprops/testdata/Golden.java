import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;

/**
 * Writes what java.util.Properties makes of inputs, for the tests beside this directory:
 * <pre>java Golden.java load  INPUTS > load.tsv     (one hexadecimal input a line)
 * java Golden.java store INPUTS > store.tsv    (one hexadecimal UTF-8 text a line)</pre>
 * load: input, then "!" and the message of the exception, or "=" and the keys and values in order of the keys,
 * in hexadecimal UTF-8. store: text, then it as a key and as a value written to a Writer, and the same to a stream.
 */
public class Golden {
    public static void main(String[] args) throws Exception {
        try (BufferedReader in = new BufferedReader(new FileReader(args[1]))) {
            for (String line; (line = in.readLine()) != null; ) {
                System.out.println(line + "\t" + (args[0].equals("load") ? load(unhex(line)) : store(new String(unhex(line), StandardCharsets.UTF_8))));
            }
        }
    }

    static String load(byte[] input) throws IOException {
        Properties p = new Properties();
        try {
            p.load(new ByteArrayInputStream(input));
        } catch (IllegalArgumentException e) {
            return "!\t" + e.getMessage();
        }
        StringBuilder out = new StringBuilder("=");
        for (Map.Entry<Object, Object> e : new TreeMap<>(p).entrySet()) {
            out.append('\t').append(hex((String) e.getKey())).append('\t').append(hex((String) e.getValue()));
        }
        return out.toString();
    }

    static String store(String text) throws IOException {
        StringWriter writer = new StringWriter();
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        Properties p = new Properties();
        p.setProperty(text, text);
        p.store(writer, null);
        p.store(stream, null);
        return hex(lastLine(writer.toString())) + "\t" + hex(lastLine(stream.toString(StandardCharsets.ISO_8859_1)));
    }

    static String lastLine(String text) {
        return text.substring(text.indexOf('\n') + 1).trim().equals("") ? text : text.substring(text.indexOf('\n') + 1, text.length() - 1);
    }

    static String hex(String s) {
        StringBuilder b = new StringBuilder("x");
        for (byte v : s.getBytes(StandardCharsets.UTF_8)) b.append(String.format("%02x", v));
        return b.toString();
    }

    static byte[] unhex(String s) {
        byte[] b = new byte[s.length() / 2];
        for (int i = 0; i < b.length; i++) b[i] = (byte) Integer.parseInt(s.substring(2 * i, 2 * i + 2), 16);
        return b;
    }
}
