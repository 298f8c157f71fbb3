import java.io.*;
import java.nio.charset.StandardCharsets;

/**
 * Writes what Java makes of texts as numbers, for the tests beside this directory:
 * <pre>java Numbers.java TEXTS > numbers.tsv     (one hexadecimal UTF-8 text a line)</pre>
 * Columns: text, Integer.parseInt, Long.parseLong, Short.parseShort, Double.parseDouble printed by Double.toString;
 * a dash where Java throws.
 */
public class Numbers {
    interface Parse { Object of(String s); }

    public static void main(String[] args) throws IOException {
        try (BufferedReader in = new BufferedReader(new FileReader(args[0]))) {
            for (String line; (line = in.readLine()) != null; ) {
                byte[] b = new byte[line.length() / 2];
                for (int i = 0; i < b.length; i++) b[i] = (byte) Integer.parseInt(line.substring(2 * i, 2 * i + 2), 16);
                String s = new String(b, StandardCharsets.UTF_8);
                System.out.println("x" + line + "\t" + run(Integer::parseInt, s) + "\t" + run(Long::parseLong, s) + "\t" + run(Short::parseShort, s) + "\t" + run(Double::parseDouble, s));
            }
        }
    }

    static String run(Parse p, String s) {
        try {
            return p.of(s).toString();
        } catch (NumberFormatException e) {
            return "-";
        }
    }
}
