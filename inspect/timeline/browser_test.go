package timeline_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/kraftctl/kraftctl/inspect/internal/lab"
	"github.com/kraftctl/kraftctl/inspect/timeline"
)

// chromium is a browser's path; without one the test is skipped.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("NOT TESTED IN A BROWSER: there is no chromium on PATH (apt-get install chromium)")
	return ""
}

// browse opens a page and fails the test when the page asks for anything but itself, or its script fails.
func browse(t *testing.T, line *timeline.Timeline) *tab {
	t.Helper()
	path := chromium(t)
	file := filepath.Join(t.TempDir(), "page.html")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := timeline.WriteHTML(f, line); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("no-first-run", true), chromedp.UserDataDir(t.TempDir()),
		chromedp.WindowSize(1280, 860), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(alloc)
	t.Cleanup(closeTab)
	var lock sync.Mutex
	var wrong []string
	err = chromedp.Listen(ctx, func(event any) {
		lock.Lock()
		defer lock.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if u := e.Request.URL; u != "file://"+file && !strings.HasPrefix(u, "data:") {
				wrong = append(wrong, "it asks for "+u)
			}
		case *runtime.EventExceptionThrown:
			wrong = append(wrong, e.ExceptionDetails.Text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		lock.Lock()
		defer lock.Unlock()
		if len(wrong) > 0 {
			t.Errorf("the page: %v", wrong)
		}
	})
	watch := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{})
		return err
	})
	limited, cancel := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	if err := chromedp.Do(limited, watch, chromedp.Navigate("file://"+file), chromedp.WaitVisible(chromedp.CSS("#rows .row"))); err != nil {
		t.Fatal(err)
	}
	return &tab{t: t, ctx: limited}
}

// tab is an open page.
type tab struct {
	t   *testing.T
	ctx context.Context
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) text(selector string) string {
	b.t.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS(selector)))
	if err != nil {
		b.t.Fatal(err)
	}
	return text
}

// eval runs a script in the page and is what it yields.
func eval[T any](b *tab, script string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script))
	if err != nil {
		b.t.Fatal(err)
	}
	return value
}

// TestPageInBrowser: the page opens without the network, filters and searches, shows a known event, and tells more on a click.
func TestPageInBrowser(t *testing.T) {
	nodes := lab.Logs(t, corpusDir, "quorum-3c2b", "4.3.1")
	line := read(t, timeline.Everything(), nodes["controller1"], nodes["controller2"], nodes["controller3"])
	page := browse(t, line)
	all := page.text("#count")
	lit := eval[bool](page, `(() => { const c = $("lanes"), d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data; return d.some((v, i) => i % 4 !== 3 && v > 0 && v < 250); })()`)
	page.do(chromedp.SendKeys(chromedp.CSS("#search"), "Elected 127"))
	found, row := page.text("#count"), page.text("#rows .row")
	page.do(chromedp.Click(chromedp.CSS("#rows .row")))
	detail := page.text("#detail")
	unclean := eval[string](page, `$("search").value = ""; $("level").value = "3"; filter(); $("count").textContent`)
	node := eval[string](page, `$("level").value = "0"; $("node").value = "2"; filter(); $("count").textContent`)
	page.do(chromedp.Click(chromedp.CSS("#reset")))
	reset := page.text("#count")
	total := len(line.Events)
	if want := fmt.Sprintf("%d of %d events", total, total); all != want || reset != want {
		t.Errorf("it shows %q, after a reset %q, want %q", all, reset, want)
	}
	if !lit {
		t.Error("nothing is drawn in the lanes")
	}
	if found != fmt.Sprintf("1 of %d events", total) || !strings.Contains(row, "controller 2 is elected in epoch 4 by 2, 3 of voters 1, 2, 3, after 1") {
		t.Errorf("a search finds %q: %s", found, row)
	}
	if !strings.Contains(detail, "2026-11-21T06:20:33.974Z") {
		t.Errorf("a click tells %q", detail)
	}
	if unclean != fmt.Sprintf("%d of %d events", count(line, timeline.LeaderUnclean)+count(line, timeline.PartitionOffline), total) {
		t.Errorf("the worst are %q", unclean)
	}
	if node == all || strings.HasPrefix(node, "0 ") {
		t.Errorf("of one node there are %q", node)
	}
}

// TestPageZooms: the wheel narrows the time, and with it the events.
func TestPageZooms(t *testing.T) {
	page := browse(t, read(t, timeline.Everything(), lab.Logs(t, corpusDir, "quorum-3c2b", "4.3.1")["controller1"]))
	before := page.text("#count")
	eval[int](page, `for (let i = 0; i < 8; i++) $("lanes").dispatchEvent(new WheelEvent("wheel", {deltaY: -1, clientX: 600, clientY: 150, cancelable: true})); 0`)
	after := before
	for deadline := time.Now().Add(20 * time.Second); after == before && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		after = page.text("#count")
	}
	if after == before {
		t.Errorf("zoomed in there are still %s", after)
	}
}

// TestPageWithManyEvents: 10^5 events open, scroll and filter at once, and only the rows in view are in the page.
func TestPageWithManyEvents(t *testing.T) {
	const n = 100_000
	line := &timeline.Timeline{Copies: []string{"<script>alert(1)</script>"}, Controllers: []int32{1, 2, 3}, Brokers: []int32{11, 12}}
	kinds := timeline.Kinds()
	for i := range n {
		line.Events = append(line.Events, timeline.Event{
			Offset: int64(i), LastOffset: int64(i), Time: lab.Base + int64(i)*500, LastTime: lab.Base + int64(i)*500, Epoch: int32(i / 5000), Controller: int32(1 + i%3),
			Kind: kinds[i%len(kinds)], Level: timeline.Info, Text: fmt.Sprintf("event number %d of </script><b>many</b>", i), Nodes: []int32{int32(11 + i%2)}, Count: 1,
		})
		line.Health = append(line.Health, timeline.Health{Time: lab.Base + int64(i)*500, UnderReplicated: i % 100, Offline: i % 7})
	}
	page := browse(t, line)
	opened := page.text("#count")
	filtering := eval[float64](page, `(() => { const t = performance.now(); $("search").value = "number 77777"; filter(); return performance.now() - t; })()`)
	found := page.text("#rows .row .text")
	rows := eval[int](page, `$("search").value = ""; filter(); $("list").scrollTop = 50000 * ROW; rows(); document.querySelectorAll("#rows .row").length`)
	deep := page.text("#rows .row .text")
	t.Logf("filtering and drawing %d events takes %.0f ms", n, filtering)
	if opened != "100000 of 100000 events" || found != "event number 77777 of </script><b>many</b>" {
		t.Errorf("opened %q, found %q", opened, found)
	}
	if rows > 200 || !strings.HasPrefix(deep, "event number 499") {
		t.Errorf("%v rows in the page, in the middle %q", rows, deep)
	}
	// It takes a tenth of a second on a quiet machine.
	if filtering > 5000 {
		t.Errorf("filtering takes %.0f ms", filtering)
	}
}
