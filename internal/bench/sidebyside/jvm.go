package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// jvmTool is Kafka's own storage tool, ready to run.
type jvmTool struct {
	kafka, java, classpath string
}

// jvmOptions are what Kafka's kafka-run-class.sh passes to every tool.
var jvmOptions = []string{
	"-Xmx256M", "-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35",
	"-XX:+ExplicitGCInvokesConcurrent", "-XX:MaxInlineLevel=15", "-Djava.awt.headless=true",
}

// findJVMTool resolves the class path of a Kafka release through Maven.
func findJVMTool(pom, kafka string) (*jvmTool, error) {
	java, err := exec.LookPath("java")
	if err != nil {
		return nil, err
	}
	mvn, err := exec.LookPath("mvn")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "kraftctl-classpath-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "classpath")
	resolve := exec.Command(mvn, "-q", "-B", "-f", pom, "-Ptools", "-Dkafka.version="+kafka, "dependency:build-classpath", "-Dmdep.outputFile="+file)
	if out, err := resolve.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("mvn could not resolve Kafka %s: %w\n%s", kafka, err, out)
	}
	classpath, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return &jvmTool{kafka: kafka, java: java, classpath: strings.TrimSpace(string(classpath))}, nil
}

// storageTool is the main class of kafka-storage.
const storageTool = "kafka.tools.StorageTool"

// command is the command line that runs a tool of the given class, or the storage tool, as its shell script would.
func (j *jvmTool) command(class string, args ...string) []string {
	if class == "" {
		class = storageTool
	}
	command := append([]string{j.java}, jvmOptions...)
	command = append(command, "-cp", j.classpath, class)
	return append(command, args...)
}
