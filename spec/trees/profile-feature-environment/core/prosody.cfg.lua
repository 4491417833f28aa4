-- The layers beside this file are the configuration.
local stackloader = (Lua or _G).require "stackloader"
stackloader.load(_ENV)
