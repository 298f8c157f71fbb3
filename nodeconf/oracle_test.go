package nodeconf

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/release"
)

// verdictRow is what a real Kafka said of a file: KafkaConfig of the released jars, fed by Utils.loadProps.
type verdictRow struct {
	ID          string `json:"id"`
	Version     string `json:"version"`
	Text        string `json:"properties_text"`
	Accepted    bool   `json:"accepted"`
	Stage       string `json:"stage"`
	Error       string `json:"error"`
	Exception   string `json:"exception"`
	FromSource  bool   `json:"from_source"`
	LogMessages []struct {
		Level string `json:"level"`
		Text  string `json:"text"`
	} `json:"log_messages"`
	Effective *effectiveRow `json:"effective"`
}

// effectiveRow is what an accepted configuration came to.
type effectiveRow struct {
	Mode         string             `json:"mode"`
	Roles        []string           `json:"process_roles"`
	NodeID       int32              `json:"node_id"`
	Listeners    []effectiveAddress `json:"listeners"`
	Advertised   []effectiveAddress `json:"advertised_broker_listeners"`
	Controllers  []string           `json:"controller_listener_names"`
	InterBroker  string             `json:"inter_broker_listener"`
	LogDirs      []string           `json:"log_dirs"`
	MetadataDir  string             `json:"metadata_log_dir"`
	ProtocolMap  map[string]string  `json:"protocol_map"`
	QuorumVoters map[string]string  `json:"quorum_voters"`
}

type effectiveAddress struct {
	Name, Host, Protocol string
	Port                 int
}

var byClassPath = regexp.MustCompile(`could not be found|Could not load config provider|NoClassDefFound|cannot be found`)

// judged tells whether a row says something of KafkaConfig itself. Later stages count as accepted here, and what
// depends on the classes of a node cannot be told from a file.
func (r *verdictRow) judged() bool {
	if r.FromSource || !r.Accepted && byClassPath.MatchString(r.Error) {
		return false
	}
	return true
}

func (r *verdictRow) refused() bool {
	return !r.Accepted && (r.Stage == StageLoad || r.Stage == StageConfig)
}

func readRows(t testing.TB, path string) []verdictRow {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows []verdictRow
	lines := bufio.NewScanner(unzipped)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var row verdictRow
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

// oracleFiles are the sample in testdata, or all rows when KRAFTCTL_ORACLE_DIR names the directory that has them.
func oracleFiles(t testing.TB) []string {
	if dir := os.Getenv("KRAFTCTL_ORACLE_DIR"); dir != "" {
		return []string{filepath.Join(dir, "cases.jsonl.gz"), filepath.Join(dir, "keyprobes.jsonl.gz")}
	}
	return []string{filepath.Join("testdata", "verdicts.jsonl.gz")}
}

func (r *verdictRow) options(t testing.TB) Options {
	t.Helper()
	line, err := release.Parse(r.Version)
	if err != nil {
		t.Fatal(err)
	}
	environment := map[string]string{"HOME": "/root"}
	return Options{
		File: "server.properties", Release: line,
		Env:      func(name string) (string, bool) { v, ok := environment[name]; return v, ok },
		ReadFile: func(string) ([]byte, error) { return nil, fs.ErrNotExist },
		ReadDir:  func(string) ([]fs.DirEntry, error) { return nil, errors.New("no such directory") },
	}
}

var (
	collections = regexp.MustCompile(`\b(?:Set|List|ArrayBuffer|HashSet|Vector)\(`)
	separators  = regexp.MustCompile(`[\s,\[\]()]+`)
)

// fold makes two messages equal that differ in blanks and in the order of what a list or set prints.
func fold(message string) string {
	message = strings.ReplaceAll(message, requirementFailed, "")
	words := separators.Split(collections.ReplaceAllString(message, "("), -1)
	slices.Sort(words)
	return strings.TrimSpace(strings.Join(words, " "))
}

// TestVerdicts replays files a real Kafka judged: the verdict, the message and the exception must be Kafka's.
func TestVerdicts(t *testing.T) {
	var total, refused, verdicts, messages, exact, exceptions int
	for _, path := range oracleFiles(t) {
		for _, row := range readRows(t, path) {
			if !row.judged() {
				continue
			}
			total++
			node, problem := Load([]byte(row.Text), row.options(t))
			if (problem != nil) != row.refused() {
				t.Errorf("%s: Kafka: %q\n   ours: %v", row.ID, row.Error, problem)
				continue
			}
			verdicts++
			if problem == nil {
				if node == nil {
					t.Errorf("%s: accepted without a node", row.ID)
				}
				continue
			}
			refused++
			if fold(problem.Message) != fold(row.Error) {
				t.Errorf("%s\n  Kafka: %s\n   ours: %s", row.ID, row.Error, problem.Message)
				continue
			}
			messages++
			if problem.Message == row.Error {
				exact++
			} else if testing.Verbose() {
				t.Logf("%s: not to the letter\n  Kafka: %s\n   ours: %s", row.ID, row.Error, problem.Message)
			}
			if problem.Exception == row.Exception {
				exceptions++
			} else {
				t.Errorf("%s: exception %s, Kafka throws %s", row.ID, problem.Exception, row.Exception)
			}
		}
	}
	t.Logf("verdict %d of %d; of %d refused: message %d, to the letter %d, exception %d", verdicts, total, refused, messages, exact, exceptions)
}
