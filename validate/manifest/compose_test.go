package manifest

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// readWith reads a Compose file among others, in an environment.
func readWith(t *testing.T, text string, files, env map[string]string) Result {
	t.Helper()
	result, err := Read("d/compose.yaml", []byte(text), Surroundings{
		Env: func(name string) (string, bool) {
			value, ok := env[name]
			return value, ok
		},
		ReadFile: func(name string) ([]byte, error) {
			if text, ok := files[name]; ok {
				return []byte(text), nil
			}
			return nil, os.ErrNotExist
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// lines are the properties of a node, without the comment at its head.
func (n Node) lines() []string {
	return slices.DeleteFunc(splitLines(n.Text), func(line string) bool { return line == "" || line[0] == '#' })
}

func TestCompose(t *testing.T) {
	for _, test := range []struct {
		name, text string
		files, env map[string]string
		// want are properties of the only node; none of them means that there is no node. Note is part of a note.
		want []string
		note string
	}{
		{
			name:  "the environment wins over .env, and .env over the default",
			text:  "services: {k: {image: apache/kafka, environment: {KAFKA_NODE_ID: '${A:-1}', KAFKA_BROKER_RACK: '${B:-1}', KAFKA_X: '${C:-1}'}}}",
			files: map[string]string{"d/.env": "A=2\nB=2\n"}, env: map[string]string{"B": "3"},
			want: []string{"node.id=2", "broker.rack=3", "x=1"},
		},
		{
			name: "a variable is passed on", text: "services: {k: {image: apache/kafka, environment: [KAFKA_NODE_ID, KAFKA_X=]}}",
			env: map[string]string{"KAFKA_NODE_ID": "4"}, want: []string{"node.id=4", "x="},
		},
		{
			name: "a variable is passed on from nowhere", text: "services: {k: {image: apache/kafka, environment: {KAFKA_NODE_ID: }}}",
			note: "passed on from the environment of docker compose",
		},
		{
			name: "secrets may be missing", text: "services: {k: {image: apache/kafka, environment: [KAFKA_SSL_KEY_PASSWORD, KAFKA_NODE_ID=1]}}",
			want: []string{"ssl.key.password=unknown", "node.id=1"},
		},
		{
			name:  "env_file and its order",
			text:  "services: {k: {image: apache/kafka, env_file: [a.env, {path: b.env, required: false}, {path: none.env, required: false}], environment: {KAFKA_Z: 3}}}",
			files: map[string]string{"d/a.env": "KAFKA_X=1\nKAFKA_Y=1\nKAFKA_Z=1\n", "d/b.env": "KAFKA_Y='$N'\n"},
			want:  []string{"x=1", "y=$N", "z=3"},
		},
		{
			name: "env_file that is missing", text: "services: {k: {image: apache/kafka, env_file: a.env, environment: {KAFKA_Z: 3}}}",
			note: "its env_file a.env cannot be read",
		},
		{
			name:  "extends a service of another file",
			text:  "services: {k: {extends: {service: base, file: base.yaml}, environment: {KAFKA_X: 2}}}",
			files: map[string]string{"d/base.yaml": "services:\n  base:\n    image: apache/kafka\n    environment: {KAFKA_X: 1, KAFKA_Y: 1}\n"},
			want:  []string{"x=2", "y=1"},
		},
		{
			name: "extends what cannot be read",
			text: "services: {k: {image: apache/kafka, extends: {service: base, file: base.yaml}, environment: {KAFKA_X: 2}}}",
			note: "extends a service of base.yaml, which cannot be read",
		},
		{
			name: "a profile that is chosen", text: "services: {k: {image: apache/kafka, profiles: [a, b], environment: {KAFKA_X: 2}}}",
			env: map[string]string{"COMPOSE_PROFILES": "x,b"}, want: []string{"x=2"},
		},
		{
			name: "a start script of its own", want: []string{"x=2"},
			text: "services: {k: {image: apache/kafka, command: [bash, -c, 'sleep 1; /etc/kafka/docker/run'], environment: {KAFKA_X: 2}}}",
		},
		{name: "a tool", text: "services: {k: {image: apache/kafka, entrypoint: kafka-topics.sh, environment: {KAFKA_X: 2}}}"},
		{
			name: "overrides", note: "its command changes the configuration",
			text: "services: {k: {image: apache/kafka, command: 'kafka-server-start.sh x --override node.id=1', environment: {KAFKA_X: 2}}}",
		},
		{
			name: "a mounted file", note: "may be mounted at /mnt/shared/config",
			text: "services: {k: {image: apache/kafka, volumes: [{type: bind, target: /mnt/shared/config}, data], environment: {KAFKA_X: 2}}}",
		},
		{name: "only a mounted file", text: "services: {k: {image: apache/kafka, volumes: ['./c:/mnt/shared/config']}}"},
		{name: "the image's own configuration", text: "services: {k: {image: apache/kafka, environment: {KAFKA_HEAP_OPTS: -Xmx1g, CLUSTER_ID: x}}}"},
		{name: "another image", text: "services: {k: {image: confluentinc/confluent-local, environment: {KAFKA_PROCESS_ROLES: broker}}}"},
		{
			name: "an unknown image", text: "services: {k: {image: corp/kafka, environment: {KAFKA_PROCESS_ROLES: broker}}}",
			want: []string{"process.roles=broker"}, note: "image corp/kafka is not one we know",
		},
		{
			name: "controllers advertise nothing",
			text: "services: {k: {image: apache/kafka, environment: {KAFKA_PROCESS_ROLES: controller, KAFKA_ADVERTISED_LISTENERS: ''}}}",
			want: []string{"process.roles=controller"},
		},
		{
			name: "bitnami before 3.5", note: "images before Kafka 3.5 fill in",
			text: "services: {k: {image: 'bitnami/kafka:3.4', environment: {KAFKA_CFG_NODE_ID: 1}}}",
		},
		{
			name: "values of several lines", text: "services:\n  k:\n    image: apache/kafka\n    environment:\n      KAFKA_X: |\n        1\n        y=2\n",
			want: []string{"x=1", "y=2"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			result := readWith(t, test.text, test.files, test.env)
			notes := strings.Join(result.Notes, "\n")
			if !strings.Contains(notes, test.note) || test.note == "" && notes != "" {
				t.Errorf("notes %q, want %q", notes, test.note)
			}
			if len(result.Nodes) != min(len(test.want), 1) {
				t.Fatalf("nodes %+v", result.Nodes)
			}
			if len(test.want) == 0 {
				return
			}
			if have := result.Nodes[0].lines(); !slices.Equal(have, test.want) {
				t.Errorf("properties %q, want %q", have, test.want)
			}
		})
	}
}

func TestManyVariables(t *testing.T) {
	var b strings.Builder
	b.WriteString("services: {k: {image: apache/kafka, environment: [")
	for i := range 2 * maxVariables {
		b.WriteString("KAFKA_" + strings.Repeat("A", i%100) + strings.Repeat("_B", i/100) + "=1,")
	}
	b.WriteString("]}}")
	if _, err := Read("x.yaml", []byte(b.String()), Surroundings{}); err == nil {
		t.Error("no error for an environment without end")
	}
}

func TestAcceptedByComment(t *testing.T) {
	result := read(t, "# kraftctl:ignore rule-a because\nservices:\n  k:\n    image: apache/kafka\n    environment: {KAFKA_X: 1} # kraftctl:ignore rule-b\n")
	n := result.Nodes[0]
	if want := "x=1\n# kraftctl:ignore rule-a because\n# kraftctl:ignore rule-b\n"; !strings.HasSuffix(string(n.Text), want) {
		t.Errorf("text %q", n.Text)
	}
	if last := n.Lines[len(n.Lines)-1]; len(n.Lines) != 4 || last.Line != 5 || last.Column != 31 {
		t.Errorf("lines %+v", n.Lines)
	}
}

func TestBitnamiNames(t *testing.T) {
	for name, want := range map[string]string{
		"KAFKA_CFG_A": "KAFKA_CFG_A", "KAFKA_LOGS_DIRS": "KAFKA_CFG_LOG_DIRS", "KAFKA_NODE_ID": "KAFKA_CFG_NODE_ID", "KAFKA_X": "", "OTHER": "",
	} {
		if have := bitnamiVariable(name); have != want {
			t.Errorf("%s is %q", name, have)
		}
	}
	if have := bitnamiKey("KAFKA_CFG_ZOOKEEPER_CLIENTCNXNSOCKET"); have != "zookeeper.clientCnxnSocket" {
		t.Error(have)
	}
	result := read(t, `services:
  k:
    image: bitnami/kafka:3.9
    environment:
      KAFKA_CFG_PROCESS_ROLES: broker
      KAFKA_CFG_LISTENERS: SASL_SSL://:9092
      KAFKA_CFG_SASL_ENABLED_MECHANISMS: SCRAM-SHA-512
`)
	text := string(result.Nodes[0].Text)
	for _, want := range []string{"ssl.keystore.location=", "ssl.truststore.location=", "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config="} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}
