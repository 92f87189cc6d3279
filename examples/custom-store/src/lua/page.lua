-- A page in the order of ids, by number or right after or before an id: how many there are in all, and the resources.
local a = cjson.decode(ARGV[1])
local ids
if a.count == 0 then ids = {}
elseif a.after then ids = redis.call('ZRANGE', KEYS[1], a.after == '' and '-' or '(' .. a.after, '+', 'BYLEX', 'LIMIT', 0, a.count)
elseif a.before then ids = redis.call('ZRANGE', KEYS[1], '(' .. a.before, '-', 'BYLEX', 'REV', 'LIMIT', 0, a.count)
else ids = redis.call('ZRANGE', KEYS[1], a.from, a.from + a.count - 1) end
local rows = {}
for _, id in ipairs(ids) do read(a, id, rows) end
return { redis.call('ZCARD', KEYS[1]), rows }
