-- The whole configuration is the tree of layers beside this file: README.md in each folder says what it decides.
-- Choices and values come from variables (.env.example lists them); the site's own layers belong in local/.
-- What is written above `load` takes part near the end; what is written below it wins over every layer.
local stackloader = (Lua or _G).require "stackloader"
stackloader.load(_ENV, { restrict = "domains/tenants" })  -- customers' files are data, about their own hosts
