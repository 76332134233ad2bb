package simulate

import (
	"net/netip"
	"strconv"
)

// The three accounts are AWS's documented examples.
const (
	prodAccount   = "111122223333"
	devAccount    = "444455556666"
	sharedAccount = "123456789012"
)

// Only reserved addresses are used: 10/8 inside; 192.0.2.0/24 for the estate's own public ones, offices and AWS;
// 198.51.100.0/24, 203.0.113.0/24 and 2001:db8::/32 for the world. 203.0.113.64/26 is the intruder's alone.
const (
	primary   = "us-east-1"
	secondary = "eu-west-1"
)

// cast is everybody and everything in the estate. It is the same for all seeds.
type cast struct {
	accounts  []*account
	hosts     []*host
	balancers []*balancer
	buckets   []*bucket
	visitors  []string // addresses of the world
	scanners  []string
	clients   []string // user agents of visitors
}

type account struct {
	id, name string
	owner    string // canonical id, as S3 logs it
	users    []*user
	roles    []*role
}

type user struct {
	name, id, key string
	address       string
	agent         string
	account       *account
}

func (u *user) arn() string { return "arn:aws:iam::" + u.account.id + ":user/" + u.name }

// role is assumed by sessions; each has the habits of its menu.
type role struct {
	name, id string
	session  string // name of its sessions; "" takes an instance's id
	address  string // "" takes an instance's address
	agent    string
	menu     menuKind
	account  *account
}

func (r *role) arn() string { return "arn:aws:iam::" + r.account.id + ":role/" + r.name }

type host struct {
	name, id, eni   string
	private, public string // public may be empty
	v6              string
	vpc, subnet, sg string
	az              string
	account, region string
	port            int // that it serves
}

type balancer struct {
	kind            string // "app", "net" or "classic"
	name, id        string
	account, region string
	domain          string
	nodes           []string // public addresses
	targets         []*host
	perDay          float64
}

// path is how ARNs and log lines name the balancer.
func (b *balancer) path() string { return b.kind + "/" + b.name + "/" + b.id }

type bucket struct {
	name, region string
	account      *account
	folder       string
	perDay       float64
}

func newCast() *cast {
	d := newDice(0, "cast")
	c := &cast{clients: clients(), accounts: []*account{
		{id: prodAccount, name: "prod"}, {id: devAccount, name: "dev"}, {id: sharedAccount, name: "shared"},
	}}
	for i, a := range c.accounts {
		a.owner = d.name(hexDigits, 64)
		a.addUsers(d, i)
		a.addRoles(d)
		c.addHosts(d, a, primary, i*20)
		c.addHosts(d, a, secondary, i*20+10)
	}
	c.addBalancers(d)
	c.addBuckets()
	c.addWorld(d)
	return c
}

func (a *account) addUsers(d *dice, n int) {
	names := [][]string{
		{victimUser, backdoorUser, "maria.silva", "kenji.mori", "ops-automation"},
		{"lena.fischer", "tom.okafor", "ci-deployer"},
		{"audit-reader", "nadia.haddad"},
	}[n]
	for i, name := range names {
		u := &user{name: name, account: a, agent: pick(d, toolAgents)}
		u.id = "AIDA" + d.name(upperAlnum, 10) + "EXAMPLE"
		u.key = "AKIA" + d.name(upperAlnum, 9) + "EXAMPLE"
		u.address = "192.0.2." + strconv.Itoa(240+(n*5+i)%4)
		if name == victimUser {
			u.key = leakedKey
		}
		a.users = append(a.users, u)
	}
}

func (a *account) addRoles(d *dice) {
	for _, r := range []role{
		{name: "app-server", menu: workload, agent: "aws-sdk-java/2.31.9 ua/2.1 os/Linux#6.1.129 lang/java#21.0.6"},
		{name: "order-worker-lambda", menu: workload, session: "order-worker", address: "10." + a.octet() + ".40.21", agent: "Boto3/1.37.11 ua/2.1 os/linux lang/python#3.13.2 exec-env/AWS_Lambda_python3.13"},
		{name: "github-deployer", menu: deploy, session: "GitHubActions", address: "198.51.100.140", agent: "APN/1.0 HashiCorp/1.0 Terraform/1.11.2 (+https://www.terraform.io) terraform-provider-aws/5.91.0 aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.23.7"},
		{name: "monitoring-readonly", menu: watch, session: "datacollector-7f3a", address: "198.51.100.201", agent: "aws-sdk-go-v2/1.36.1 ua/2.1 os/linux lang/go#1.24.0 md/GOOS#linux md/GOARCH#arm64 api/cloudwatch#1.43.14 m/E"},
		{name: "AWSReservedSSO_Developer_0f1e2d3c4b5a6978", menu: human, session: "lena.fischer@example.com", address: "192.0.2.241", agent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36"},
		{name: "AWSReservedSSO_Admin_8796a5b4c3d2e1f0", menu: human, session: "nadia.haddad@example.com", address: "2001:db8:0:c0de::24", agent: "aws-cli/2.24.20 md/awscrt#0.23.8 ua/2.1 os/macos#24.3.0 md/arch#arm64 lang/python#3.12.9"},
	} {
		r.id = "AROA" + d.name(upperAlnum, 10) + "EXAMPLE"
		r.account = a
		a.roles = append(a.roles, &r)
	}
}

// octet is the second byte of the account's addresses in the primary region.
func (a *account) octet() string {
	return map[string]string{prodAccount: "0", devAccount: "20", sharedAccount: "40"}[a.id]
}

func (c *cast) addHosts(d *dice, a *account, region string, octet int) {
	vpc, sg := "vpc-0"+d.name(hexDigits, 16), "sg-0"+d.name(hexDigits, 16)
	names := []string{"web-1", "web-2", "app-1", "app-2", "db-1", "bastion-1", "worker-1", "worker-2"}
	ports := []int{443, 443, 8080, 8080, 5432, 22, 9000, 9000}
	if region == secondary {
		names, ports = names[:5], ports[:5]
	}
	subnets := []string{"subnet-0" + d.name(hexDigits, 16), "subnet-0" + d.name(hexDigits, 16)}
	for i, name := range names {
		h := &host{name: name, account: a.id, region: region, vpc: vpc, sg: sg, port: ports[i]}
		h.id, h.eni = "i-0"+d.name(hexDigits, 16), "eni-0"+d.name(hexDigits, 16)
		h.subnet, h.az = subnets[i%2], region+string("ab"[i%2])
		h.private = "10." + strconv.Itoa(octet) + "." + strconv.Itoa(1+i%2) + "." + strconv.Itoa(d.between(10, 250))
		if i < 2 || name == "bastion-1" {
			h.public = "192.0.2." + strconv.Itoa(10+octet+i)
			h.v6 = "2001:db8:1:" + strconv.Itoa(octet) + "::" + strconv.Itoa(10+i)
		}
		if a.id == prodAccount && region == primary && name == "bastion-1" {
			h.id, h.private, h.public = victimInstance, victimPrivate, victimPublic
		}
		c.hosts = append(c.hosts, h)
	}
}

// hostsOf are an account's hosts in a region.
func (c *cast) hostsOf(account, region string) []*host {
	var hs []*host
	for _, h := range c.hosts {
		if h.account == account && h.region == region {
			hs = append(hs, h)
		}
	}
	return hs
}

func (c *cast) addBalancers(d *dice) {
	for i, b := range []balancer{
		{kind: "app", name: "shop-alb", account: prodAccount, region: primary, domain: "shop.example.com", perDay: 650},
		{kind: "app", name: "api-alb", account: prodAccount, region: secondary, domain: "api.example.com", perDay: 200},
		{kind: "net", name: "ingest-nlb", account: prodAccount, region: primary, domain: "ingest.example.com", perDay: 160},
		{kind: "classic", name: "legacy-clb", account: devAccount, region: primary, domain: "legacy.example.net", perDay: 100},
	} {
		b.id = d.name(hexDigits, 16)
		b.nodes = []string{"192.0.2." + strconv.Itoa(100+2*i), "192.0.2." + strconv.Itoa(101+2*i)}
		b.targets = c.hostsOf(b.account, b.region)[2:4]
		c.balancers = append(c.balancers, &b)
	}
}

func (c *cast) addBuckets() {
	prod, dev, shared := c.accounts[0], c.accounts[1], c.accounts[2]
	c.buckets = []*bucket{
		{victimBucket, primary, prod, "exports/", 60},
		{"example-corp-web-assets", primary, prod, "static/", 300},
		{"example-corp-dev-artifacts", primary, dev, "builds/", 80},
		{"example-corp-shared-backups", secondary, shared, "nightly/", 60},
	}
}

// bucketsOf are the buckets that an account's workloads read; every account reads the web assets.
func (c *cast) bucketsOf(a *account) []*bucket {
	bs := []*bucket{c.buckets[1]}
	for _, b := range c.buckets {
		if b.account == a {
			bs = append(bs, b)
		}
	}
	return bs
}

func (c *cast) addWorld(d *dice) {
	intruder := netip.MustParsePrefix("203.0.113.64/26")
	for _, net := range []string{"198.51.100.", "203.0.113."} {
		for i := 1; i < 255; i++ {
			a := net + strconv.Itoa(i)
			switch {
			case intruder.Contains(netip.MustParseAddr(a)):
			case i%11 == 0:
				c.scanners = append(c.scanners, a)
			default:
				c.visitors = append(c.visitors, a)
			}
		}
	}
	d.Shuffle(len(c.visitors), func(i, j int) { c.visitors[i], c.visitors[j] = c.visitors[j], c.visitors[i] })
	// Load balancers write IPv6 addresses without brackets; no group is zero, so nothing is shortened.
	for range 60 {
		a := "2001:db8:f00d"
		for range 5 {
			a += ":" + d.name(nonZeroHex, 4)
		}
		c.visitors[d.IntN(len(c.visitors))] = a
	}
}
