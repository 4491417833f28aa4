-- Prosody gives tokens to other programs (OAuth 2.0, OpenID Connect), so that they never see a password. RFC 6749.
-- http_oauth2 is packaged for Prosody 13. On 0.12 it goes the other way: an OAuth server checks the tokens of people,
-- named by the variables PROSODY_OAUTH_… (stack/08-integration/oauth), and this adds the mechanism that clients need.
-- Change it (switch it on) where web applications log in with people's addresses.

feature_info = { description = "Tokens in place of passwords (OAuth 2.0)", depends = { "web/http" }, extra = true }

if stack.available "http_oauth2" then
	modules_enabled = { "tokenauth", "http_oauth2" }
elseif stack.env.string "PROSODY_OAUTH_URL" and stack.available "sasl_oauthbearer" then
	modules_enabled = { "sasl_oauthbearer" }
end
