package validate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/validate"
)

// fleet makes the configurations of a sound cluster of n nodes; every hundredth has a mistake that several rules look at.
func fleet(n int) []validate.Source {
	voters := "1@c1.example.net:9093,2@c2.example.net:9093,3@c3.example.net:9093"
	sources := make([]validate.Source, 0, n)
	for i := 1; i <= n; i++ {
		var b strings.Builder
		host := fmt.Sprintf("b%d.example.net", i)
		if i <= 3 {
			host = fmt.Sprintf("c%d.example.net", i)
			fmt.Fprintf(&b, "process.roles=controller\nlisteners=CONTROLLER://%s:9093\nlistener.security.protocol.map=CONTROLLER:SSL\n", host)
		} else {
			fmt.Fprintf(&b, "process.roles=broker\nlisteners=INTERNAL://:9092,EXTERNAL://:9094\nadvertised.listeners=INTERNAL://%s:9092,EXTERNAL://%s:9094\n"+
				"listener.security.protocol.map=CONTROLLER:SSL,INTERNAL:SSL,EXTERNAL:SSL\ninter.broker.listener.name=INTERNAL\nauto.create.topics.enable=false\n"+
				"min.insync.replicas=2\nlog.retention.hours=72\nnum.network.threads=8\nnum.io.threads=16\nbroker.rack=r%d\n", host, host, i%3)
		}
		fmt.Fprintf(&b, "node.id=%d\ncontroller.listener.names=CONTROLLER\nlog.dirs=/var/lib/kafka\nssl.keystore.location=/etc/kafka/keystore.p12\n"+
			"ssl.keystore.password=secret\nauthorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\nsuper.users=User:CN=kafka\n", i)
		if i%100 == 0 {
			fmt.Fprintf(&b, "controller.quorum.voters=1@old%d:9093\nmessage.max.bytes=%d\n", i, i)
		} else {
			fmt.Fprintf(&b, "controller.quorum.voters=%s\n", voters)
		}
		sources = append(sources, validate.Source{Path: fmt.Sprintf("fleet/%06d.properties", i), Text: []byte(b.String())})
	}
	return sources
}

// The time per node stays the same however many there are.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		sources := fleet(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				validate.Check(sources, validate.Options{Release: release.Newest(), Profile: validate.Production})
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/node")
		})
	}
}

// Ten times the nodes take about ten times as long: a rule that compares each node with each would take a hundred times.
func TestClusterRulesAreLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("measures")
	}
	measure := func(n int) float64 {
		sources := fleet(n)
		for i := range sources { // what is measured is not reading the files
			sources[i].Verdict = nil
		}
		result := testing.Benchmark(func(b *testing.B) {
			for b.Loop() {
				validate.Check(sources, validate.Options{Release: release.Newest(), Profile: validate.Production})
			}
		})
		return float64(result.NsPerOp()) / float64(n)
	}
	small, large := measure(300), measure(6000)
	if large > 5*small {
		t.Errorf("a node takes %.0f ns among 300 and %.0f ns among 6000", small, large)
	}
}
