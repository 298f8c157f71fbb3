package migration

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// shownLines is how many lines of a list text shows; JSON has them all.
const shownLines = 20

// WriteText writes a report for people. The error is that of w.
func WriteText(w io.Writer, r *Report) error {
	out := bufio.NewWriter(w)
	t := &text{out}
	t.head(r)
	t.history(r)
	t.transfer(r)
	t.nodes(r.Nodes)
	blocks := "TO BE MENDED FIRST"
	if r.Next.To != "" {
		blocks = "BLOCKS THE NEXT STAGE (" + r.Next.To + ")"
	}
	t.findings(blocks, r.Blockers)
	t.findings("TO SEE TO", r.Warnings)
	t.step("NEXT", r.Next, len(r.Blockers) > 0 && !r.Hybrid)
	t.step("THE WAY BACK", r.Back, false)
	t.kafka4(&r.Kafka4)
	if r.Compared != nil {
		t.compared(r.Compared)
	}
	return out.Flush()
}

// text writes; errors are kept by the bufio.Writer.
type text struct{ io.Writer }

func (t *text) printf(format string, args ...any) { fmt.Fprintf(t, format, args...) }

// table writes rows with aligned columns.
func (t *text) table(rows [][]string) {
	tw := tabwriter.NewWriter(t, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(tw, "  "+strings.Join(row, "\t"))
	}
	_ = tw.Flush() // errors are kept below
}

func orNothing(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func (t *text) head(r *Report) {
	stage := string(r.Stage)
	switch {
	case r.Hybrid:
		stage += ", hybrid: brokers still run on ZooKeeper"
	case r.Done && r.Stage == None:
		t.printf("Stage: none: there is nothing to migrate\n  %s\n", r.Why)
		t.log(r)
		return
	case r.Done:
		stage += ": there is nothing left to do"
	}
	t.printf("Stage: %s\n", stage)
	var marks []string
	for _, s := range []Stage{None, PreMigration, DualWrite, Finalised} {
		name := string(s)
		if s == r.Stage {
			name = "[" + name + "]"
		}
		marks = append(marks, name)
	}
	t.printf("  %s\n  %s\n", strings.Join(marks, " → "), r.Why)
	t.log(r)
}

// log tells what was read.
func (t *text) log(r *Report) {
	if r.ClusterID != "" || r.MetadataVersion != "" {
		t.printf("\nCluster %s, metadata.version %s\n", orNothing(r.ClusterID), orNothing(r.MetadataVersion))
	}
	if r.Log == nil {
		return
	}
	if r.Log.LastOffset < 0 {
		t.printf("Read from %s: no records yet\n", r.Log.Name)
	} else {
		t.printf("Read from %s up to offset %d, epoch %d, %s\n", r.Log.Name, r.Log.LastOffset, r.Log.LastEpoch, r.Log.Time)
	}
	for _, c := range r.Copies {
		if c.Name != r.Log.Name {
			t.printf("  %s: %s, ends at offset %d; the copy above goes furthest and is used\n", c.Name, c.Relation, c.EndOffset)
		}
	}
}

func (t *text) history(r *Report) {
	if len(r.Stages) == 0 {
		return
	}
	t.printf("\nSTAGES\n")
	var rows [][]string
	for _, s := range r.Stages {
		since := "since"
		if s.AtOrBefore {
			since = "at or before"
		}
		rows = append(rows, []string{string(s.Stage), since, fmt.Sprintf("offset %d", s.Offset), fmt.Sprintf("epoch %d", s.LeaderEpoch), s.Time, s.State})
	}
	t.table(rows)
}

func (t *text) transfer(r *Report) {
	for _, a := range r.Aborted {
		t.printf("\nA copy from ZooKeeper that began at offset %d was given up at offset %d: %s\n", a.Begin.Offset, a.Abort.Offset, orUnknown(a.Reason))
	}
	c := r.Transfer
	if c == nil {
		return
	}
	records := plural(c.Records, "record", "records")
	how := "one metadata transaction"
	if !c.Transaction {
		how = "no transaction: counted from PRE_MIGRATION on"
	}
	if c.End == nil {
		t.printf("\nCOPIED FROM ZOOKEEPER: %d %s from offset %d on, not finished (%s)\n", c.Records, records, c.Begin.Offset, how)
	} else {
		t.printf("\nCOPIED FROM ZOOKEEPER: %d %s, offsets %d … %d, %s (%s)\n", c.Records, records, c.Begin.Offset, c.End.Offset, c.End.Time, how)
	}
	rows := [][]string{{"KIND", "COPIED", "NOW"}}
	for _, k := range c.Counts {
		if k.Records+k.Now > 0 {
			rows = append(rows, []string{k.Kind, fmt.Sprint(k.Records), fmt.Sprint(k.Now)})
		}
	}
	if len(rows) > 1 {
		t.table(rows)
	}
}

// modes are the modes as people say them.
var modes = map[Mode]string{
	"": "-", ZooKeeper: "ZooKeeper", Migrating: "ZooKeeper, migrating", KRaft: "KRaft", Guiding: "KRaft, migration on",
}

// idOf is a node's ID, unless its configuration does not tell it.
func idOf(n Node) string {
	if n.ID < 0 {
		return "?"
	}
	return fmt.Sprint(n.ID)
}

// roleOf names a node's roles; nothing tells those of one that is formatted and has not run.
func roleOf(n Node) string {
	role := "-"
	switch {
	case n.Controller && n.Broker:
		role = "both"
	case n.Controller:
		role = "controller"
	case n.Broker:
		role = "broker"
	}
	if n.Voter {
		role += ", voter"
	}
	return role
}

func (t *text) nodes(nodes []Node) {
	if len(nodes) == 0 {
		return
	}
	t.printf("\nNODES\n")
	rows := [][]string{{"ID", "ROLE", "RUNS", "SINCE", "CONFIGURED", "META", "CONFIGURATION"}}
	for _, n := range nodes {
		since, meta := "-", "-"
		if n.Registered != nil {
			since = fmt.Sprintf("offset %d", n.Registered.Offset)
		}
		if n.MetaVersion != nil {
			meta = fmt.Sprintf("v%d", *n.MetaVersion)
		}
		runs := modes[n.Runs]
		if n.Fenced {
			runs += " (fenced)"
		}
		rows = append(rows, []string{idOf(n), roleOf(n), runs, since, modes[n.Configured], meta, orNothing(n.Config)})
	}
	t.table(rows)
}

func (t *text) findings(title string, list []Finding) {
	if len(list) == 0 {
		return
	}
	t.printf("\n%s\n", title)
	for i, f := range list {
		if i == shownLines {
			t.printf("  … and %d more; --output json has them all\n", len(list)-i)
			return
		}
		about := ""
		if f.Node != nil {
			about = fmt.Sprintf("node %d", *f.Node)
		}
		if place := f.Where.String(); place != "" {
			if about != "" {
				about += ", "
			}
			about += place
		}
		t.printf("  %s: %s [%s]\n", about, f.What, f.Rule)
		if f.Do != "" {
			t.printf("    do: %s\n", f.Do)
		}
	}
}

func (t *text) step(title string, s Step, blocked bool) {
	if len(s.Steps)+len(s.Notes) == 0 {
		return
	}
	t.printf("\n%s", title)
	if s.To != "" && s.Possible {
		t.printf(" (to %s)", s.To)
	}
	if blocked {
		t.printf(", once nothing blocks it")
	}
	t.printf("\n")
	for _, n := range s.Notes {
		t.printf("  ! %s\n", n)
	}
	for i, line := range s.Steps {
		t.printf("  %d. %s\n", i+1, line)
	}
}

func (t *text) kafka4(r *Readiness) {
	switch {
	case r.Reached:
		t.printf("\nKAFKA 4: the cluster runs it; its metadata.version is one of 4.0 or later\n")
		return
	case r.Ready:
		t.printf("\nKAFKA 4: nothing seen here stands in the way\n")
	default:
		t.findings("KAFKA 4: NOT READY", r.Obstacles)
	}
	t.findings("DROPPED BY KAFKA 4", r.Notes)
	t.printf("  not to be seen here: %s\n", strings.Join(r.Unseen, "; "))
}

func (t *text) compared(c *Comparison) {
	t.printf("\nSINCE THE BACKUP %s (offset %d, %s, %s)\n", c.Backup, c.LastOffset, orNothing(c.Time), c.Stage)
	if c.Younger {
		t.printf("  ! the backup is of a later time than the log it is compared with: were they given the wrong way round?\n")
	}
	rows := [][]string{{"KIND", "THEN", "NOW", "NEW", "GONE", "CHANGED"}}
	for _, k := range c.Kinds {
		if k.Then+k.Now > 0 {
			rows = append(rows, []string{k.Kind, fmt.Sprint(k.Then), fmt.Sprint(k.Now), fmt.Sprint(k.New), fmt.Sprint(k.Gone), fmt.Sprint(k.Changed)})
		}
	}
	t.table(rows)
	t.differences("gone or different, and should have survived:", c.Lost)
	t.differences("new:", c.New)
	if len(c.Lost) == 0 {
		t.printf("  everything of the backup is still there, as it was\n")
	}
	t.printf("  %d usual %s: leaders, ISRs, epochs, registrations\n", c.Usual, plural(c.Usual, "change", "changes"))
}

func (t *text) differences(title string, list []Difference) {
	if len(list) == 0 {
		return
	}
	t.printf("  %s\n", title)
	for i, d := range list {
		if i == shownLines {
			t.printf("    … and %d more; --output json has them all\n", len(list)-i)
			return
		}
		t.printf("    %-8s %s %s\n", d.Operation, d.Path, d.What)
	}
}
