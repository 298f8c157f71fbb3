package dump

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/itchyny/gojq"
)

// jq is a compiled jq expression.
type jq struct{ code *gojq.Code }

// NewQuery compiles a jq expression, which is run on every record's JSON object.
func NewQuery(expression string) (Query, error) {
	parsed, err := gojq.Parse(expression)
	if err != nil {
		return nil, err
	}
	code, err := gojq.Compile(parsed)
	if err != nil {
		return nil, err
	}
	return jq{code}, nil
}

// Run runs the expression. Large integers stay exact.
func (q jq) Run(object []byte, results [][]byte) ([][]byte, error) {
	var value any
	dec := json.NewDecoder(bytes.NewReader(object))
	dec.UseNumber()
	if err := dec.Decode(&value); err != nil {
		return results, err
	}
	for it := q.code.Run(value); ; {
		v, ok := it.Next()
		if !ok {
			return results, nil
		}
		if err, ok := v.(error); ok {
			return results, fmt.Errorf("jq: %w", err)
		}
		text, err := gojq.Marshal(v)
		if err != nil {
			return results, fmt.Errorf("jq: %w", err)
		}
		results = append(results, text)
	}
}
