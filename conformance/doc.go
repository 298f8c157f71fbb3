// Package conformance holds kraftctl against Apache Kafka itself: released servers boot on the directories
// kraftctl formatted, and Kafka's own tools read what kraftctl wrote.
//
// The tests carry the build tag "conformance" because they start JVMs and take minutes:
//
//	go test -tags conformance ./conformance -count=1 -timeout 40m -v
//
// They need java (17 or newer) and mvn on the PATH and nothing else. Maven resolves each release's class path with
// pom/pom.xml; the result is kept in $KRAFTCTL_CONFORMANCE_CACHE, else in kraftctl-conformance under the user's cache
// directory. Servers listen on 127.0.0.1 only, at most two clusters run at a time, and every server is stopped by its
// process ID. With KRAFTCTL_CONFORMANCE_FORMATTER=kafka the directories are formatted by Kafka's own StorageTool
// instead of kraftctl, which tells a fault of this harness from a fault of kraftctl.
package conformance
