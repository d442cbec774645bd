import { readFileSync } from 'node:fs';
import { Client } from '@elastic/elasticsearch';
import { pino } from 'pino';
import { createApp } from './app.ts';
import { defaultSettings } from './dependencies.ts';
const app=createApp({elasticsearch:new Client({node:'http://127.0.0.1:19233',maxRetries:0}),countBuilds:async()=>1769,healthChecks:[],readVersion:()=>({source:'s',version:'v',commit:'c',build:'b'}),logger:pino({level:'error'}),settings:{...defaultSettings,index:'trial',staticRoot:'/nope',allowedHosts:['localhost']}});
const only=process.argv[2];
function diff(a:any,b:any,p=''):string[]{ if(JSON.stringify(a)===JSON.stringify(b))return []; if(a&&b&&typeof a==='object'&&typeof b==='object'){const out:string[]=[];for(const k of new Set([...Object.keys(a),...Object.keys(b)]))out.push(...diff(a[k],b[k],p+'.'+k));return out;} return [`${p}: ${JSON.stringify(a)?.slice(0,300)} => ${JSON.stringify(b)?.slice(0,300)}`];}
for (const x of JSON.parse(readFileSync('api/recorded/answers.json','utf8'))) {
 if(only&&x.name!==only)continue;
 const h=new Headers({Host:'localhost',...x.request.headers});
 const init:any={method:x.request.method,headers:h}; if(x.request.body!==null&&!['GET','HEAD'].includes(x.request.method))init.body=Buffer.from(x.request.body,'latin1');
 const r=await app.request('http://localhost'+x.request.path,init);
 const text=await r.text(); let body:any; try{body=JSON.parse(text)}catch{}
 const d:string[]=[];
 if(r.status!==x.response.status)d.push(`status ${x.response.status} => ${r.status} ${text.slice(0,200)}`);
 for(const [k,v] of Object.entries(x.response.headers)) if(!['x-response-time','content-length','content-security-policy'].includes(k)&&r.headers.get(k)!==v)d.push(`header ${k}: ${v} => ${r.headers.get(k)}`);
 for(const [k] of r.headers) if(!(k in x.response.headers)&&k!=='content-length')d.push(`extra header ${k}: ${r.headers.get(k)}`);
 if(x.response.body!==undefined){const a=structuredClone(x.response.body),b=body; for(const o of [a,b])if(o&&o.hits){delete o.took;delete o._shards;for(const hh of o.hits.hits){delete hh._id;delete hh._index;if(hh._source){delete hh._source.id;for(const kk of ['build','download'])if(hh._source[kk]?.date)hh._source[kk].date=hh._source[kk].date.replace('+00:00','Z')}}; if(x.ties){o.hits.hits=o.hits.hits.length}} d.push(...diff(a,b));}
 else if(x.response.text!==text)d.push(`text ${x.response.text.slice(0,100)} => ${text.slice(0,100)}`);
 console.log((d.length?'DIFF ':'ok   ')+x.name+(d.length?'\n   '+d.slice(0,12).join('\n   '):''));
}
process.exit();
