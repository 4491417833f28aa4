-- Which names are the name of a secret: options of Prosody and of its community modules, keys in their values, and variables.
local support = require "spec.support";

local function list(text)
	local names = {};
	for name in text:gmatch "[^,\n]+" do
		names[#names + 1] = name:match "^%s*(.-)%s*$";
	end
	return names;
end

local secrets = list [[
	component_secret, dialback_secret, external_service_secret, forgejo_secret, ldap_password, oauth2_registration_key, oauth_client_secret,
	reg_servlet_auth_token, turn_external_secret, turncredentials_secret, unified_push_secret, captcha_private_key, recaptcha_private_key,
	token_secret, otp_seed, app_secret, jwt_secret, http_upload_external_secret, muc_http_auth_authorization_header, twitter_consumer_secret,
	smtp_password, sms_password, admin_password, mysql_password, postgres_password, redis_password, sql_password, ldap_bind_pw,
	ldap_bind_password, bind_password, bind_pw, bindpw, rootpw, ldap_rootpw, db_password, db_passwd, db_pass, db_pwd, dbpassword, dbpasswd,
	dbpass, dbpwd, password, passwd, pass, pwd, pw, passphrase, key_passphrase, ssl_passphrase, passcode, room_passcode, Password, PASSWORD,
	Passwd, userPassword, bindPassword, adminPass, smtppass, secret, secrets, shared_secret, client_secret, clientSecret, webhook_secret,
	hmac_secret, session_secret, cookie_secret, signing_secret, api_secret, totp_secret, secret_id, master_secret, mysecret, static_auth_secret,
	proxy65_secret, bot_secret, push_secret, captcha_secret, token, tokens, api_token, api_tokens, auth_token, authToken, access_token,
	accessToken, refresh_token, bearer_token, id_token, invite_token, bot_token, push_token, telegram_token, matrix_token, slack_token,
	github_token, gitlab_token, device_token, webhook_token, session_token, csrf_token, admin_token, registration_token, metrics_token,
	health_token, user_token, oauth_token, oauth2_access_token, bearer, auth_bearer, authorization, Authorization, proxy_authorization,
	authorization_header, auth_header, credential, credentials, db_credentials, smtp_credentials, psk, turn_psk, tls_psk, api_key, apiKey,
	api-key, API-Key, ApiKey, apikey, APIKEY, rest_api_key, api_keys, private_key, tls_private_key, privateKey, privatekey, secret_key,
	secretKey, secretkey, secret-key, access_key, access_keys, accesskey, accessKey, signing_key, signingkey, signing_keys, encryption_key,
	encryptionkey, encryption-key, master_key, masterkey, auth_key, authkey, shared_key, sharedkey, hmac_key, session_key, sessionkey,
	license_key, licensekey, paseto_v3_local_key, vapid_private_key, fcm_server_key, apns_key, push_key, service_key, storage_account_key,
	deploy_key, aws_secret_access_key, dkim_key, password2, password_2, secret1, token_old, api_key_new, secret_value, password_text,
	token_base64, secret_hex, password_plain, turn_secret_old, turn_secret_previous, component_secret_test, api_key_prod, password_default,
	sasl-password, x-api-key, my.password, my password, bind-pw, verification_key, stored_key, server_key, last_dialback_key, db2_password,
	user_pass, user-pass, userpass, http_pass, mail_pass, imap_pwd, root_pwd
]];
local others = list [[
	key, keys, certificate, certificates, ssl, cert, ca, ssl_key, tls_key, https_key, c2s_ssl, s2s_ssl, host_key, certificate_key, cert_key,
	public_key, public_keys, publickey, pub_key, publishable_key, site_key, recaptcha_public_key, captcha_site_key, trusted_keys,
	authorized_keys, known_keys, allowed_keys, required_keys, primary_key, foreign_key, unique_key, sort_key, order_key, group_key, field_key,
	form_key, map_key, json_key, table_key, column_key, row_key, index_key, lookup_key, cache_key, storage_key, object_key, partition_key,
	shard_key, routing_key, config_key, option_key, setting_key, header_key, message_key, translation_key, hot_key, odd key, shortcut_key, monkey,
	keyword, keyring, keyboard, password_hash, password_policy, password_reset_validity, password_min_length, password_file, password_length,
	passwordless, tokenless_grant_ttl, token_ttl, token_type, token_endpoint, tokenauth, token_auth_access_time_granularity,
	tokens_expire_after, max_tokens, min_tokens, page_token, next_token, continuation_token, oauth2_access_token_ttl, oauth2_refresh_token_ttl,
	oauth2_registration_ttl, oauth2_registration_algorithm, oauth2_registration_options, oauth2_require_auth_revoke,
	oauth2_require_code_challenge, oauth2_policy_url, oauth_client_id, oauth_url, sasl2_fast_token_ttl, sasl2_fast_token_min_ttl,
	turncredentials_host, turncredentials_port, turncredentials_ttl, access_control_allow_credentials, allow_credentials, allow_password,
	require_token, require_password, enable_api_key, disable_passwords, bypass, rate_limit_bypass, auth_bypass, compass, encompass, trespass,
	surpass, overpass, underpass, proxy_pass, passive, passive_mode, secretary, secrecy, secretariat, s2s_secure_auth, auth_sql, auth_ha1_file,
	auth_ha1_realm, authentication, auth_append_host, allow_unencrypted_plain_auth, insecure_open_authentication, log_auth_ips,
	rest_auth_mechanisms, dovecot_auth_socket, cyrus_service_realm, muc_log_all_rooms, muc_log_by_default, muc_room_default_public,
	muc_max_rooms, muc_occupant_id, muc_vcard, modules_enabled, modules_disabled, admins, plugin_paths, motd_text, motd_jid, welcome_message,
	server_info, contact_info, disco_items, http_host, http_ports, https_ports, http_paths, http_external_url, http_file_share_size_limit,
	http_files_dir, http_max_content_size, c2s_ports, c2s_timeout, c2s_require_encryption, s2s_require_encryption, c2s_stanza_size_limit,
	s2s_secure_domains, s2s_insecure_domains, limits, limits_resolution, log, pidfile, umask, daemonize, statistics, storage, sql,
	sql_manage_tables, archive_expires_after, default_archive_policy, max_archive_query_results, ldap_server, ldap_rootdn, ldap_base,
	ldap_filter, ldap_scope, ldap_mode, ldap_tls, turn_external_host, turn_external_port, turn_external_ttl, turn_external_user, invite_expiry,
	invites_page, registration_watchers, registration_throttle_max, register_web_template, rest_callback_url, firewall_scripts,
	pastebin_threshold, pep_max_items, push_max_errors, smacks_hibernation_time, tls_profile, tls_server_end_point_hash, trusted_proxies,
	unified_push_acl, unified_push_backend, unified_push_registration_ttl, use_dane, vjud_mode, websocket_frame_buffer_limit, groups_file,
	dnsbls, captcha_options, security_labels, name, realm, user, username, driver, database, host, port, interfaces, ports, path, s, ss,
	pass_through, passenger, pwned
]];
local secret_variables = list [[
	PROSODY_DB_PASSWORD, PROSODY_LDAP_PASSWORD, PROSODY_TURN_SECRET, PROSODY_COMPONENT_SECRET, PROSODY_DIALBACK_SECRET,
	PROSODY_OAUTH_CLIENT_SECRET, PROSODY_OAUTH2_REGISTRATION_KEY, PROSODY_OPTION_LDAP_PASSWORD, PROSODY_OPTION_REST_TOKEN,
	PROSODY_OPTION_OAUTH2_REGISTRATION_KEY, POSTGRES_PASSWORD, MYSQL_ROOT_PASSWORD, REDIS_PASS, PGPASSWORD, DB_PWD, LDAP_BIND_PW,
	AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, API_KEY, APIKEY, SOME_KEY, SIGNING_KEY, ENCRYPTION_KEY, A_PASSWORD_OLD, TOKENS_OF_X, X_TOKEN,
	SECRET, SECRET_ID, GITHUB_TOKEN, AUTH_BEARER, SMTP_CREDENTIALS, BASIC_AUTHORIZATION
]];
local other_variables = list [[
	PWD, OLDPWD, CREDENTIALS_DIRECTORY, GOOGLE_APPLICATION_CREDENTIALS, PROSODY_KEYS, PROSODY_KEY, KEY, KEYS, TOKENAUTH, A_PASSWORD_FILE,
	TOKEN_TTL, SECRET_PATH, PASSWORD_HASH, PASSWORD_POLICY, TOKEN_URL, SECRET_NAME, ACCESS_KEY_ID, TOKEN_TYPE, PASSWORD_MIN,
	PROSODY_OPTION_PASSWORD_HASH, PROSODY_OPTION_OAUTH2_ACCESS_TOKEN_TTL, PROSODY_DOMAIN, PROSODY_OPTION_MOTD_TEXT, PATH, HOME, PUBLIC_KEY,
	SITE_KEY, SSH_AUTH_SOCK, PROSODY_ADMINS, PROSODY_OPTION_HTTP_HOST
]];

describe("The names of secrets", function ()
	teardown(support.clean);

	local function load_with(variables)
		return require "stackloader".load(nil, { root = support.tree { ["core/a.cfg.lua"] = "x = 1\n" }, variables = variables, sysroot = "/nowhere" });
	end

	it("are known among names of options and keys: 200 that count, 200 that do not", function ()
		assert.is_true(#secrets >= 200 and #others >= 200, #secrets.." "..#others);
		local stack, wrong = load_with {}, {};
		for expected, names in pairs { ["(secret)"] = secrets, x = others } do
			for _, name in ipairs(names) do
				if stack:redact("x", name) ~= expected or stack:redact({ [name] = "x" })[name] ~= expected then
					wrong[#wrong + 1] = name;
				end
			end
		end
		assert.same({}, wrong);
	end);

	it("are known among names of variables, where the word may also stand in the middle", function ()
		local variables, expected, values = {}, {}, {};
		for wanted, names in pairs { ["(secret)"] = secret_variables, x = other_variables } do
			for _, name in ipairs(names) do
				-- One value is a secret everywhere, so each has its own.
				variables[name], expected[name] = "<"..name..">", wanted == "x" and "<"..name..">" or wanted;
			end
		end
		local root = support.tree { ["core/a.cfg.lua"] = "x = 1\n", [".env"] = "" };
		local text = {};
		for name, value in pairs(variables) do
			text[#text + 1] = name.."='"..value.."'\n";
		end
		support.write(root.."/.env", table.concat(text));
		for _, variable in ipairs(require "stackloader".load(nil, { root = root, variables = {}, sysroot = "/nowhere" }):variables()) do
			values[variable.name] = variable.value;
		end
		local wrong = {};
		for name, value in pairs(expected) do
			wrong[#wrong + 1] = values[name] ~= value and name or nil;
		end
		assert.same({}, wrong);
	end);
end);
