package shell

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/javadouble"
	"github.com/kraftctl/kraftctl/release"
)

// FieldText is the value of a field as text; secrets are masked unless they are to be shown.
func FieldText(f image.Field, secrets bool) string {
	if f.Secret && !secrets {
		return release.Redacted
	}
	switch v := f.Value.(type) {
	case nil:
		return "-"
	case string:
		return v
	case float64:
		return string(javadouble.Append(nil, v))
	case int64:
		return strconv.FormatInt(v, 10)
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	case []int32:
		return "[" + Numbers(v, ", ") + "]"
	case []string:
		return "[" + strings.Join(v, ", ") + "]"
	}
	return fmt.Sprint(f.Value)
}

// Numbers joins numbers to a text.
func Numbers(list []int32, separator string) string {
	var text []byte
	for i, n := range list {
		if i > 0 {
			text = append(text, separator...)
		}
		text = strconv.AppendInt(text, int64(n), 10)
	}
	return string(text)
}
