package validate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/validate"
)

const (
	broker     = "process.roles=broker\nnode.id=11\ncontroller.quorum.voters=1@c1:9093\ncontroller.listener.names=CONTROLLER\nlog.dirs=/data\n"
	controller = "process.roles=controller\nnode.id=1\ncontroller.quorum.voters=1@c1:9093\ncontroller.listener.names=CONTROLLER\nlog.dirs=/data\nlisteners=CONTROLLER://c1:9093\n"
)

// alone sets the replication factors of Kafka's own topics for one broker.
const alone = "offsets.topic.replication.factor=1\ntransaction.state.log.replication.factor=1\ntransaction.state.log.min.isr=1\n"

// told is the findings of a report as "severity rule key:line", but for advice.
func told(report *validate.Report) []string {
	var all []string
	for _, f := range report.Findings {
		if f.Severity > validate.Info {
			all = append(all, fmt.Sprintf("%s %s %s:%d", f.Severity, f.Rule, f.Key, f.Line))
		}
	}
	slices.Sort(all)
	return all
}

// One slip, one finding: what it is called, and nothing else, in a file of its own.
func TestVariantsOfOneFile(t *testing.T) {
	tests := []struct {
		name    string
		release release.Release
		text    string
		want    string
	}{
		{"sound broker", release.V4_3, broker + "listeners=PLAINTEXT://b1:9092\n", ""},
		{"sound controller", release.V4_3, controller, ""},
		{"comment behind a number", release.V4_3, broker + "num.io.threads=8 # many\n", "error inline-comment num.io.threads:6"},
		{"comment behind an ID", release.V4_3, strings.Replace(broker, "node.id=11", "node.id=11 # rack 3", 1), "error inline-comment node.id:2"},
		{"comment behind controller listener names", release.V4_3, strings.Replace(controller, "names=CONTROLLER", "names=CONTROLLER # the quorum", 1), "error inline-comment controller.listener.names:4"},
		{"a # that belongs to the value", release.V4_3, broker + "broker.rack=a#1\n", ""},
		{"quotes around a number", release.V4_3, broker + "num.io.threads=\"8\"\n", "error kafka-rejects num.io.threads:6, warning quoted-value num.io.threads:6"},
		{"byte order mark before process.roles", release.V4_3, "\uFEFF" + broker, "error kafka-rejects process.roles:1, warning byte-order-mark process.roles:1"},
		{"byte order mark before a comment", release.V4_3, "\uFEFF# made elsewhere\n" + broker, ""},
		{"backslash that continues a list", release.V4_3, strings.Replace(broker, "1@c1:9093", "1@c1:9093,\\\n  2@c2:9093,\\\n  3@c3:9093", 1), ""},
		{"backslash in a JAAS configuration", release.V4_3, broker + "sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\\n  username=\"a\" \\\n  password=\"b\";\n", ""},
		{"backslash before a comment", release.V4_3, strings.Replace(broker, "/data\n", "/data\\\n# the end\n", 1), "warning trailing-backslash log.dirs:5"},
		{"Windows path", release.V4_3, strings.Replace(broker, "/data", `C:\kafka\data`, 1), "warning windows-path log.dirs:5"},
		{"Windows path well written", release.V4_3, strings.Replace(broker, "/data", `C:/kafka/data`, 1), ""},
		{"relative directory", release.V4_3, strings.Replace(broker, "/data", "data", 1), "warning log-dir-relative log.dirs:5"},
		{"URL of a directory", release.V4_3, strings.Replace(broker, "/data", "file:/tmp/data", 1), "warning log-dir-relative log.dirs:5"},
		{"a directory that only looks volatile", release.V4_3, strings.Replace(broker, "/data", "/tmpfs", 1), ""},
		{"volatile directory in disguise", release.V4_3, strings.Replace(broker, "/data", "/var/../tmp/kafka", 1), "warning log-dir-in-tmp log.dirs:5"},
		{"unset directory", release.V4_3, strings.Replace(broker, "log.dirs=/data\n", "", 1), "warning log-dir-in-tmp log.dirs:1"},
		{"nested directories", release.V4_3, strings.Replace(broker, "/data", "/data,/data/a/b", 1), "error log-dir-overlap log.dirs:5"},
		{"one directory twice since 4.2", release.V4_3, strings.Replace(broker, "/data", "/data,/data", 1), "warning log-dir-overlap log.dirs:5"},
		{"one directory twice before", release.V4_1, strings.Replace(broker, "/data", "/data,/data", 1), "error log-dir-overlap log.dirs:5"},
		{"key in another case", release.V4_3, broker + "LOG.RETENTION.HOURS=1\n", "warning unknown-key LOG.RETENTION.HOURS:6"},
		{"key with underscores", release.V4_3, broker + "log_retention_hours=1\n", "warning unknown-key log_retention_hours:6"},
		{"secret key without a successor set", release.V4_0, broker + "delegation.token.master.key=x\n", "warning removed-key delegation.token.master.key:6"},
		{"shell variable", release.V4_3, broker + "broker.rack=${RACK}\n", "warning unresolved-placeholder broker.rack:6"},
		{"template", release.V4_3, broker + "broker.rack={{ rack }}\n", "warning unresolved-placeholder broker.rack:6"},
		{"advertised wildcard, spelt otherwise", release.V4_3, broker + "advertised.listeners=PLAINTEXT://[::]:9092\n", "warning advertised-unroutable advertised.listeners:6"},
		{"advertised wildcard", release.V4_3, broker + "advertised.listeners=PLAINTEXT://0.0.0.0:9092\n", "error advertised-unroutable advertised.listeners:6"},
		{"voter at 0.0.0.0:0 up to 3.7", release.V3_7, strings.Replace(broker, "c1:9093", "0.0.0.0:0", 1), ""},
		{"voter without host, 3.9", release.V3_9, strings.Replace(broker, "c1:9093", ":9093", 1), "warning voter-unroutable controller.quorum.voters:3"},
		{"voter without host, 4.x", release.V4_0, strings.Replace(broker, "c1:9093", ":9093", 1), "error voter-unroutable controller.quorum.voters:3"},
		{"port of a voter", release.V4_3, strings.Replace(broker, "9093", "99930", 1), "error port-out-of-range controller.quorum.voters:3"},
		{"port of a listener", release.V4_3, strings.Replace(controller, "CONTROLLER://c1:9093", "CONTROLLER://c1:90930", 1), "error port-out-of-range listeners:6"},
		{"listener without host and port 0", release.V4_3, broker + "listeners=PLAINTEXT://:0\nadvertised.listeners=PLAINTEXT://b1:9092\n", ""},
		{"combined node with the controller listener only", release.V4_3, strings.Replace(controller, "roles=controller", "roles=broker,controller", 1) + alone, "error controller-port-shared listeners:6"},
		{"controller without listeners", release.V4_3, strings.Replace(controller, "listeners=CONTROLLER://c1:9093\n", "", 1), "error controller-listener-not-listed controller.listener.names:4"},
		{"role with a slip", release.V4_3, strings.Replace(controller, "roles=controller", "roles=controler", 1), "error kafka-rejects process.roles:1"},
		{"controller listener names missing", release.V4_3, strings.Replace(controller, "controller.listener.names=CONTROLLER\n", "", 1), "error controller-listener-names-missing controller.listener.names:1"},
		{"broker lists its only listener as the controllers'", release.V4_3, strings.Replace(broker, "CONTROLLER", "PLAINTEXT", 1) + "listeners=PLAINTEXT://b1:9092\n", "error broker-exposes-controller-listener listeners:6"},
		{"listener not mapped", release.V4_3, broker + "listeners=PLAINTEXT://b1:9092,EXT://b1:9094\nlistener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n", "error listener-unmapped listener.security.protocol.map:7"},
		{"inter-broker listener with a slip", release.V4_3, broker + "listeners=INT://b1:9092\nlistener.security.protocol.map=INT:PLAINTEXT,CONTROLLER:PLAINTEXT\ninter.broker.listener.name=ITN\n", "error inter-broker-listener-missing inter.broker.listener.name:8"},
		{"IPv6 voter without brackets", release.V4_3, strings.Replace(broker, "c1:9093", "fd00::1:9093", 1), "warning ipv6-unbracketed controller.quorum.voters:3"},
		{"distinguished names of super users", release.V4_3, broker + "super.users=User:CN=a,OU=b,O=c;User:CN=d,O=e\n", ""},
		{"key store of another listener", release.V4_3, broker + "listeners=PLAINTEXT://b1:9092,EXT://b1:9094\nlistener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,EXT:SSL\nlistener.name.plaintext.ssl.keystore.location=/k\n", "error ssl-keystore-missing listeners:6"},
		{"key store of this listener", release.V4_3, broker + "listeners=PLAINTEXT://b1:9092,EXT://b1:9094\nlistener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,EXT:SSL\nlistener.name.ext.ssl.keystore.location=/k\n", ""},
		{"ID of a provider", release.V4_3, strings.Replace(broker, "node.id=11", "node.id=${env:NODE}\nconfig.providers=env\nconfig.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider", 1), ""},
		{"ZooKeeper broker by itself", release.V3_9, "broker.id=1\nzookeeper.connect=zk1:2181\nlog.dirs=/data\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			report := judge(t, []validate.ExampleFile{{Name: "server.properties", Text: test.text}}, validate.Options{Release: test.release, Partial: true})
			if got := strings.Join(told(report), ", "); got != test.want {
				t.Errorf("got  %s\nwant %s\n%+v", got, test.want, report.Findings)
			}
		})
	}
}

// What nodes say of one another, in several files.
func TestVariantsOfFleets(t *testing.T) {
	const three = "1@c1:9093,2@c2:9093,3@c3:9093"
	node := func(name string, role string, id int, more string) validate.ExampleFile {
		return validate.ExampleFile{Name: name + ".properties", Text: fmt.Sprintf("process.roles=%s\nnode.id=%d\ncontroller.listener.names=CONTROLLER\nlog.dirs=/data\n%s", role, id, more)}
	}
	quorum := func(change func(i int, text string) string) []validate.ExampleFile {
		var files []validate.ExampleFile
		for i := 1; i <= 3; i++ {
			text := fmt.Sprintf("controller.quorum.voters=%s\nlisteners=CONTROLLER://c%d:9093\n", three, i)
			files = append(files, node(fmt.Sprintf("c%d", i), "controller", i, change(i, text)))
		}
		return files
	}
	same := func(_ int, text string) string { return text }
	tests := []struct {
		name    string
		release release.Release
		files   []validate.ExampleFile
		want    string
	}{
		{"sound quorum", release.V4_3, quorum(same), ""},
		{"voters in another order and case", release.V4_3, quorum(func(i int, text string) string {
			if i == 2 {
				return strings.Replace(text, three, "3@C3:9093, 2@c2.:9093 ,1@c1:9093", 1)
			}
			return text
		}), ""},
		{"long names on one node", release.V4_3, quorum(func(i int, text string) string {
			if i == 2 {
				return strings.ReplaceAll(text, ":9093", ".example.net:9093")
			}
			return text
		}), ""},
		{"addresses on one node", release.V4_3, quorum(func(i int, text string) string {
			if i == 2 {
				return strings.NewReplacer("@c1:", "@10.0.0.1:", "@c2:", "@10.0.0.2:", "@c3:", "@10.0.0.3:").Replace(text)
			}
			return text
		}), ""},
		{"another port of one voter", release.V4_3, append(quorum(same), node("d1", "broker", 11, "controller.quorum.voters=1@c1:9093,2@c2:9094,3@c3:9093\n"+alone)), "error voters-differ controller.quorum.voters:5"},
		{"port mapped and advertised", release.V4_0, quorum(func(i int, text string) string {
			return strings.Replace(text, fmt.Sprintf("//c%d:9093", i), "//:19093", 1) + fmt.Sprintf("advertised.listeners=CONTROLLER://c%d:9093\n", i)
		}), ""},
		{"port mapped and not advertised", release.V4_0, quorum(func(i int, text string) string {
			if i == 3 {
				return strings.Replace(text, "//c3:9093", "//c3:19093", 1)
			}
			return text
		}), "error voter-endpoint-mismatch controller.quorum.voters:5"},
		{"brokers on loopback, each on its own machine", release.V4_3, append(quorum(same),
			node("d1", "broker", 11, "controller.quorum.voters="+three+"\nlisteners=PLAINTEXT://d1:9092,ADMIN://127.0.0.1:9999\nlistener.security.protocol.map=PLAINTEXT:PLAINTEXT,ADMIN:PLAINTEXT,CONTROLLER:PLAINTEXT\noffsets.topic.replication.factor=2\ntransaction.state.log.replication.factor=2\n"),
			node("d2", "broker", 12, "controller.quorum.voters="+three+"\nlisteners=PLAINTEXT://d2:9092,ADMIN://127.0.0.1:9999\nlistener.security.protocol.map=PLAINTEXT:PLAINTEXT,ADMIN:PLAINTEXT,CONTROLLER:PLAINTEXT\noffsets.topic.replication.factor=2\ntransaction.state.log.replication.factor=2\n")), ""},
		{"templates tell nothing of hosts and IDs", release.V4_3, []validate.ExampleFile{
			{Name: "a.properties", Text: "config.providers=env\nconfig.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider\nprocess.roles=broker,controller\nnode.id=${env:ID}\ncontroller.quorum.voters=${env:VOTERS}\nlisteners=${env:LISTENERS}\ncontroller.listener.names=CONTROLLER\nlog.dirs=${env:DIRS}\n"},
			{Name: "b.properties", Text: "config.providers=env\nconfig.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider\nprocess.roles=broker,controller\nnode.id=${env:ID}\ncontroller.quorum.voters=${env:VOTERS}\nlisteners=${env:LISTENERS}\ncontroller.listener.names=CONTROLLER\nlog.dirs=${env:DIRS}\n"},
		}, "warning replication-factor-exceeds-brokers offsets.topic.replication.factor:3, warning replication-factor-exceeds-brokers transaction.state.log.replication.factor:3"},
		{"retention in other units", release.V4_3, []validate.ExampleFile{
			node("d1", "broker", 11, "controller.quorum.voters="+three+"\nlog.retention.hours=24\noffsets.topic.replication.factor=2\ntransaction.state.log.replication.factor=2\nlisteners=PLAINTEXT://d1:9092\n"),
			node("d2", "broker", 12, "controller.quorum.voters="+three+"\nlog.retention.ms=86400000\noffsets.topic.replication.factor=2\ntransaction.state.log.replication.factor=2\nlisteners=PLAINTEXT://d2:9092\n"),
		}, ""},
		{
			"session and heartbeat on different nodes", release.V4_3, append(quorum(func(_ int, text string) string { return text + "broker.session.timeout.ms=3000\n" }),
				node("d1", "broker", 11, "controller.quorum.voters="+three+"\noffsets.topic.replication.factor=1\ntransaction.state.log.replication.factor=1\ntransaction.state.log.min.isr=1\n")),
			"warning session-timeout-too-short broker.heartbeat.interval.ms:1",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			report := judge(t, test.files, validate.Options{Release: test.release})
			if got := strings.Join(told(report), ", "); got != test.want {
				t.Errorf("got  %s\nwant %s\n%+v", got, test.want, report.Findings)
			}
		})
	}
}
