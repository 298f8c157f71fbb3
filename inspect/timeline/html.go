package timeline

import "io"

// WriteHTML is written below.
func WriteHTML(_ io.Writer, _ *Timeline) error { return nil }
