package format

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/release"
)

const quorumHint = "on a new cluster: --standalone on one controller, or --initial-controllers on all of the first ones; " +
	"on a controller that joins later: --no-initial-controllers"

// chooseQuorum reads --standalone, --initial-controllers and --no-initial-controllers (KIP-853).
func (p *planner) chooseQuorum() error {
	node := p.req.Node
	asksForVoters := p.req.Standalone || p.req.InitialControllers != nil
	if asksForVoters && node.HasVoters {
		return refuse("a static quorum takes neither flag",
			"You cannot specify controller.quorum.voters and format the node with --initial-controllers or --standalone. If you want to use "+
				"dynamic quorum, please remove controller.quorum.voters and specify controller.quorum.bootstrap.servers instead.").
			about("controller.quorum.voters")
	}
	switch {
	case p.req.InitialControllers != nil:
		voters, refusal := parseVoters(*p.req.InitialControllers)
		if refusal != nil {
			return refusal
		}
		p.plan.Voters = voters
	case p.req.Standalone:
		return p.standalone()
	case node.IsController() && !node.HasVoters && !p.req.NoInitialControllers:
		return refuse(quorumHint, "Because controller.quorum.voters is not set on this controller, you must specify one of the following: "+
			"--standalone, --initial-controllers, or --no-initial-controllers.")
	}
	return nil
}

// standalone makes this node the only voter, reached at its advertised controller endpoint.
func (p *planner) standalone() error {
	node := p.req.Node
	if !node.IsController() {
		return refuse("leave the flag out on a broker", "You can only use --standalone on a controller.").about("process.roles")
	}
	if len(node.AdvertisedControllerListeners) == 0 {
		return refuse("give the controller a listener", "No controller listeners found.").about("listeners")
	}
	endpoint := node.AdvertisedControllerListeners[0]
	id, err := clusterid.New(p.env.Rand)
	if err != nil {
		return err
	}
	host := endpoint.Host
	switch {
	case host == "" || host == "0.0.0.0":
		host = "localhost"
	case !p.req.Exact && strings.Contains(host, ":"):
		host = "[" + host + "]"
	}
	voters, refusal := parseVoters(fmt.Sprintf("%d@%s:%d:%s", node.NodeID, host, endpoint.Port, id))
	if refusal != nil {
		return refusal
	}
	p.plan.Voters = voters
	return nil
}

// kraftVersion settles the level of kraft.version: 1 where the voters are kept in the log, 0 where they are configured.
func (p *planner) kraftVersion() (int16, *Refusal) {
	const ending = "controller.quorum.voters is empty and one of the flags --standalone, --initial-controllers, or " +
		"--no-initial-controllers is used. For dynamic controllers support, try "
	level, asked := p.features[release.KRaftVersionFeature]
	dynamic := p.req.dynamicQuorum()
	switch {
	case asked && level == 0 && dynamic:
		return 0, refuse(quorumHint, "Cannot set kraft.version to 0 if %sremoving the --feature flag for kraft.version.", ending)
	case asked && level != 0 && !dynamic:
		return 0, refuse(quorumHint, "Cannot set kraft.version to %d unless %susing one of --standalone, --initial-controllers, or "+
			"--no-initial-controllers and removing controller.quorum.voters.", level, ending)
	case asked:
		return level, nil
	case dynamic:
		return 1, nil
	}
	return 0, nil
}

// Address is the voter's endpoint as text.
func (v Voter) Address() string { return net.JoinHostPort(v.Host, strconv.Itoa(int(v.Port))) }
