import java.io.*;
import java.nio.charset.StandardCharsets;
import java.text.BreakIterator;
import java.util.*;
import net.sourceforge.argparse4j.ArgumentParsers;
import net.sourceforge.argparse4j.inf.*;
import static net.sourceforge.argparse4j.impl.Arguments.*;

/** Answers of argparse4j 0.7.0 and java.text.BreakIterator; README.md beside this file says how to run it. */
public class Golden {
    static ArgumentParser tool(boolean files, boolean full) {
        ArgumentParser p = files
            ? ArgumentParsers.newArgumentParser("kafka-storage", true, "-", "@")
            : ArgumentParsers.newArgumentParser("kafka-storage");
        p.description("The Kafka storage tool.");
        Subparsers subs = p.addSubparsers().dest("command");
        Subparser info = subs.addParser("info").help("Get information about the Kafka log directories on this node.");
        Subparser format = subs.addParser("format").help("Format the Kafka log directories on this node.");
        Subparser mapping = full ? subs.addParser("version-mapping").help("Look up features, -r or --release-version names which.") : null;
        Subparser deps = full ? subs.addParser("feature-dependencies").help("Look up dependencies of a feature's level.") : null;
        subs.addParser("random-uuid").help("Print a random UUID.");
        info.addArgument("--config", "-c").action(store()).required(true).help("The Kafka configuration file to use.");
        format.addArgument("--config", "-c").action(store()).required(true).help("The Kafka configuration file to use.");
        format.addArgument("--cluster-id", "-t").action(store()).required(true).help("The cluster ID to use.");
        if (files) format.addArgument("--add-scram", "-S").action(append()).help("A credential e.g.\n'SCRAM-SHA-256=[name=alice,password=alice-secret]'\n'SCRAM-SHA-512=[name=alice,iterations=8192,salt=\"N3E=\",saltedpassword=\"YCE=\"]'");
        format.addArgument("--ignore-formatted", "-g").action(storeTrue());
        format.addArgument("--release-version", "-r").action(store()).help("A release; the minimum is 3.0 (not 2.8), the default is 3.3-IV3.");
        if (full) {
            format.addArgument("--feature", "-f").action(append()).help("A feature, in feature=level format. For example: `kraft.version=1`.");
            MutuallyExclusiveGroup g = format.addMutuallyExclusiveGroup();
            g.addArgument("--standalone", "-s").action(storeTrue()).help("The controller.quorum.voters config must not be set, and controller.quorum.bootstrap.servers is set instead.");
            g.addArgument("--no-initial-controllers", "-N").action(storeTrue()).help("No voters.");
            g.addArgument("--initial-controllers", "-I").action(store()).help("For example:\n0@example.com:8082:JEXY6aqzQY-32P5TStzaFg,1@example.com:8083:MvDxzVmcRsaTz33bUuRU6A\n. When set, (a) costs $5, 3/4 or -7%; \"really\" l'eau.");
            mapping.addArgument("--release-version", "-r").action(store()).help("The release version.");
            deps.addArgument("--feature", "-f").action(append()).required(true).help("The features and their versions, in feature=version format.");
        }
        return p;
    }

    static String b64(String s) { return Base64.getEncoder().encodeToString(s.getBytes(StandardCharsets.UTF_8)); }
    static String text(String s) { return new String(Base64.getDecoder().decode(s), StandardCharsets.UTF_8); }

    static String answer(String shape, String[] argv) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream(), err = new ByteArrayOutputStream();
        PrintStream so = System.out, se = System.err;
        System.setOut(new PrintStream(out, true, "UTF-8"));
        System.setErr(new PrintStream(err, true, "UTF-8"));
        try {
            ArgumentParser p = tool(!shape.equals("oldest"), shape.equals("newest"));
            try {
                Map<String, Object> m = new TreeMap<>(p.parseArgs(argv).getAttrs());
                StringBuilder b = new StringBuilder();
                for (Map.Entry<String, Object> e : m.entrySet()) {
                    if (e.getValue() == null || e.getValue().equals(false)) continue;
                    b.append(e.getKey()).append('=').append(e.getValue()).append('\n');
                }
                return "ok\t" + b64(b.toString());
            } catch (ArgumentParserException e) {
                p.handleError(e);
                return err.size() == 0 ? "help\t" + b64(out.toString("UTF-8")) : "error\t" + b64(err.toString("UTF-8"));
            }
        } finally { System.setOut(so); System.setErr(se); }
    }

    public static void main(String[] a) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            String[] f = line.split("\t", -1);
            if (f[0].equals("breaks")) {
                String s = text(f[1]);
                BreakIterator it = BreakIterator.getLineInstance(Locale.ROOT);
                it.setText(s);
                StringBuilder b = new StringBuilder();
                for (int i = it.next(); i != BreakIterator.DONE; i = it.next()) b.append(i).append(' ');
                System.out.println(line + "\t" + b.toString().trim());
            } else {
                String[] argv = f[1].isEmpty() ? new String[0] : f[1].split(" ");
                for (int i = 0; i < argv.length; i++) argv[i] = text(argv[i].substring(1));
                System.out.println(f[0] + "\t" + System.getenv("COLUMNS") + "\t" + f[1] + "\t" + answer(f[0], argv));
            }
        }
    }
}
