package simulate

import "slices"

// browsers are the user agents of people.
var browsers = []string{
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_3_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:135.0) Gecko/20100101 Firefox/135.0",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15",
	"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
	"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36",
	"Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 ShopApp/5.12.0",
}

// clients are the user agents of everything that asks for a page; the first are the most used.
func clients() []string {
	return slices.Concat([]string{"ShopApp/5.12.0 okhttp/4.12.0"}, browsers, []string{
		"Mozilla/5.0 (compatible; ExampleBot/2.1; +https://bot.example.org/about)", "python-requests/2.32.3", "Go-http-client/2.0", "curl/8.11.1",
	})
}

// toolAgents are the user agents of people's tools for AWS.
var toolAgents = []string{
	"aws-cli/2.24.20 md/awscrt#0.23.8 ua/2.1 os/linux#6.8.0 lang/python#3.12.9 md/command#s3api.list-buckets",
	"aws-cli/1.38.9 md/Botocore#1.37.9 ua/2.0 os/windows#11 lang/python#3.12.8 botocore/1.37.9",
	"Boto3/1.37.11 md/Botocore#1.37.11 ua/2.1 os/macos#24.3.0 md/arch#arm64 lang/python#3.13.2 Resource",
	"aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.24.1 md/GOOS#linux md/GOARCH#amd64 api/sts#1.33.17 m/E,g",
	"aws-sdk-js/3.758.0 ua/2.1 os/linux#6.1.129 lang/js md/nodejs#22.14.0 api/secrets-manager#3.758.0 m/E",
}

// scannerAgents are those of automatic probes.
var scannerAgents = []string{
	"Mozilla/5.0 zgrab/0.x",
	"Mozilla/5.0 (compatible; ProbeScan/1.1; +https://scan.example.org)",
	"-",
	"masscan/1.3 (https://scan.example.org/masscan)",
	"() { :; }; /bin/ping -c 1 198.51.100.9",
}

// pages are what visitors ask for, with a number for $.
var pages = []string{
	"/", "/products/$", "/products/$?ref=home", "/search?q=item+$&page=2", "/static/app.3f9c1d.js", "/static/style.77ab20.css",
	"/images/p/$.webp", "/api/v2/cart", "/api/v2/products/$/reviews?limit=20", "/account/orders/$", "/checkout", "/login", "/health", "/favicon.ico",
}

// probes are what scanners ask for.
var probes = []string{
	"/.env", "/.git/config", "/wp-login.php", "/phpmyadmin/index.php", "/admin/login?next=%2Fadmin", "/actuator/health",
	"/cgi-bin/luci/;stok=/locale", "/shell?cd+/tmp;rm+-rf+*", "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", "/server-status",
}
