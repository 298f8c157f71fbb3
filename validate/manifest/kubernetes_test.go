package manifest

import (
	"slices"
	"strings"
	"testing"
)

// podOf is a StatefulSet with an environment.
func podOf(env string) string {
	return `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: kafka}
spec:
  replicas: 1
  ordinals: {start: 5}
  template:
    spec:
      containers:
        - image: apache/kafka:4.1.0
` + env
}

func TestWorkloads(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
		note       string
	}{
		{
			name: "ordinals", want: []string{"node.id=5", "broker.rack=kafka-5"},
			text: podOf(`          env:
            - {name: KAFKA_NODE_ID, valueFrom: {fieldRef: {fieldPath: "metadata.labels['apps.kubernetes.io/pod-index']"}}}
            - {name: KAFKA_BROKER_RACK, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
`),
		},
		{
			name: "no namespace", note: "it is metadata.namespace of the running pod",
			text: podOf("          env: [{name: KAFKA_NODE_ID, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}]\n"),
		},
		{
			name: "resources", note: "known in the running container only",
			text: podOf("          env: [{name: KAFKA_NODE_ID, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}]\n"),
		},
		{
			name: "a ConfigMap's key", want: []string{"node.id=7", "x=-7-"},
			text: podOf(`          env:
            - {name: ID, valueFrom: {configMapKeyRef: {name: c, key: id}}}
            - {name: KAFKA_NODE_ID, value: $(ID)}
            - {name: KAFKA_X, value: -$(ID)-}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data: {id: "7"}
`),
		},
		{
			name: "a key of no ConfigMap", note: "it is key id of ConfigMap c",
			text: podOf("          env: [{name: KAFKA_NODE_ID, valueFrom: {configMapKeyRef: {name: c, key: id}}}]\n"),
		},
		{
			name: "another file", note: "has variables of ConfigMap c, which is not in this file",
			text: podOf("          env: [{name: KAFKA_NODE_ID, value: '1'}]\n          envFrom: [{configMapRef: {name: c}}]\n"),
		},
		{
			name: "a prefix", want: []string{"x=1", "node.id=1"},
			text: podOf(`          env: [{name: KAFKA_NODE_ID, value: '1'}, {value: lost}, lost]
          envFrom: [{prefix: KAFKA_, configMapRef: {name: c}}]
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {X: "1"}}
`),
		},
		{
			name: "a script that numbers the nodes", note: "its command changes the configuration",
			text: podOf(`          command: [sh, -c]
          args: ["export KAFKA_NODE_ID=${HOSTNAME##*-}; exec /etc/kafka/docker/run"]
          env: [{name: KAFKA_PROCESS_ROLES, value: broker}]
`),
		},
		{
			name: "a mounted file", note: "may be mounted at /opt/kafka/config/server.properties",
			text: podOf(`          volumeMounts: [{name: c, mountPath: /opt/kafka/config/server.properties, subPath: server.properties}]
          env: [{name: KAFKA_PROCESS_ROLES, value: broker}]
`),
		},
		{
			name: "a name nobody knows", note: "it is metadata.name of the running pod",
			text: strings.Replace(podOf("          env: [{name: KAFKA_NODE_ID, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]\n"), "StatefulSet", "Deployment", 1),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			result := read(t, test.text)
			notes := strings.Join(result.Notes, "\n")
			if !strings.Contains(notes, test.note) || test.note == "" && notes != "" {
				t.Errorf("notes %q, want %q", notes, test.note)
			}
			if len(result.Nodes) != min(len(test.want), 1) {
				t.Fatalf("nodes %+v", result.Nodes)
			}
			if len(test.want) > 0 && !slices.Equal(result.Nodes[0].lines(), test.want) {
				t.Errorf("properties %q, want %q", result.Nodes[0].lines(), test.want)
			}
		})
	}
}

func TestManyReplicas(t *testing.T) {
	result := read(t, strings.Replace(podOf("          env: [{name: KAFKA_NODE_ID, value: '1'}]\n"), "replicas: 1", "replicas: 100000000", 1))
	if len(result.Nodes) != maxReplica || len(result.Notes) != 1 || !strings.Contains(result.Notes[0], "only the first") {
		t.Errorf("%d nodes, notes %q", len(result.Nodes), result.Notes)
	}
}

func TestConfigMapText(t *testing.T) {
	for text, why := range map[string]string{
		"process.roles=broker\nnode.id=1\n":                  "",
		"process.roles: broker\nbroker.id 1\n# ${x}\n":       "",
		"process.roles=broker\n":                             "it has no node.id",
		"process.roles=broker\nnode.id=@@ID@@\n":             "it is a template with @@",
		"process.roles=broker\nnode.id=1\nlog.dirs=$(D)/x\n": "it is a template with $(",
	} {
		if have := incomplete(text); !strings.HasPrefix(have, why) || why == "" && have != "" {
			t.Errorf("%q: %q, want %q", text, have, why)
		}
	}
	if hasKey("xprocess.roles=\nprocess.rolesx=\n", "process.roles") || !hasKey(" process.roles", "process.roles") {
		t.Error("the key is found where it is not, or not where it is")
	}
}

func TestStrimziLeftOut(t *testing.T) {
	pool := func(cluster, role string) string {
		return "---\napiVersion: kafka.strimzi.io/v1\nkind: KafkaNodePool\nmetadata: {name: p, labels: {strimzi.io/cluster: " + cluster + "}}\n" +
			"spec: {replicas: 1, roles: [" + role + "]}\n"
	}
	kafka := "apiVersion: kafka.strimzi.io/v1\nkind: Kafka\nmetadata: {name: my}\nspec: {kafka: {listeners: [{name: x, port: p}, {name: s, port: 9094, authentication: {type: oauth}}]}}\n"
	for text, note := range map[string]string{
		kafka + pool("other", "controller"): "its node pools are not in this file",
		kafka + pool("my", "broker"):        "has the controller role",
	} {
		result := read(t, text)
		if len(result.Nodes) > 0 || len(result.Notes) != 1 || !strings.Contains(result.Notes[0], note) {
			t.Errorf("%+v, want %q", result, note)
		}
	}
	result := read(t, kafka+pool("my", "broker, controller"))
	if len(result.Nodes) != 1 || result.Nodes[0].Release != nil {
		t.Fatalf("%+v", result)
	}
	if text := string(result.Nodes[0].Text); !strings.Contains(text, "S-9094:SASL_PLAINTEXT") || strings.Contains(text, "X-p") {
		t.Errorf("text\n%s", text)
	}
	if strimziOwns("controller.quorum.fetch.timeout.ms") || !strimziOwns("controller.quorum.voters") || strimziOwns("num.partitions") {
		t.Error("keys of the operator")
	}
}

func TestIsYAML(t *testing.T) {
	for name, want := range map[string]bool{"a.yml": true, "b/c.YAML": true, "server.properties": false, "yaml": false} {
		if IsYAML(name) != want {
			t.Error(name)
		}
	}
}
