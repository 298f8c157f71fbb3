package migration

// RuleFact is what a test has to know of a rule.
type RuleFact struct {
	In     []Stage
	Blocks bool
}

// RuleFacts are the rules of the table, by name.
func RuleFacts() map[string]RuleFact {
	all := map[string]RuleFact{}
	for _, r := range rules() {
		all[r.name] = RuleFact{r.in, r.blocks}
	}
	return all
}
