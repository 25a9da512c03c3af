# Networks and checkpoints as people make them, by PyTorch: python make.py, in this folder.
import base64
import json

import torch
import torch.nn as nn

torch.manual_seed(0)
class Names(nn.Module):
    def __init__(s):
        super().__init__()
        s.embedding=nn.Embedding(6,3); s.lstm=nn.LSTM(3,4,2,batch_first=True); s.fc=nn.Linear(4,5); s.output=nn.Linear(5,6)
    def forward(s,x):
        y,_=s.lstm(s.embedding(x)); return s.output(torch.relu(s.fc(y)))
class Tagger(nn.Module):
    def __init__(s):
        super().__init__()
        s.emb=nn.Embedding(5,3); s.rnn=nn.GRU(3,4,bidirectional=True,batch_first=True); s.fc=nn.Linear(8,3)
    def forward(s,x):
        y,h=s.rnn(s.emb(x)); return s.fc(torch.cat([h[-2],h[-1]],1))
class Fore(nn.Module):
    def __init__(s):
        super().__init__()
        s.lstm=nn.LSTM(2,4,batch_first=True); s.fc=nn.Linear(4,3)
    def forward(s,x): return s.fc(s.lstm(x)[0][:,-1])
def entry(t):
    t=t.detach().contiguous(); return {"shape":list(t.shape),"b64":base64.b64encode(t.numpy().tobytes()).decode()}
out={}
names=Names()
for name,m,x in [("names",names,torch.tensor([[0,3,5,1]])),("tagger",Tagger(),torch.tensor([[1,4,2]])),("forecaster",Fore(),torch.randn(1,5,2))]:
    m.eval()
    out[name]={"state":{k:entry(v) for k,v in m.state_dict().items()},"x":x.tolist(),"y":m(x).tolist()}
json.dump(out, open('networks.json', 'w'), separators=(',', ':'))
m=names
torch.save({'epoch':3,'model_state_dict':m.state_dict(),'optimizer_state_dict':{'state':{0:{'exp_avg':torch.zeros(3)}},'param_groups':[{'lr':0.1,'params':[0]}]},'char2idx':{c:i for i,c in enumerate('abcdef')},'hidden_size':4},'checkpoint.pt')
torch.save({'state_dict':{'model.'+k:v for k,v in m.state_dict().items()},'hyper_parameters':{'lr':0.1},'pytorch-lightning_version':'2.0','optimizer_states':[{}]},'lightning.ckpt')
torch.save({'module.'+k:v for k,v in m.state_dict().items()},'parallel.pt')
torch.save({'_orig_mod.module.'+k:v for k,v in m.state_dict().items()},'compiled.pt')
class RNNRelu(nn.Module): 
    def __init__(s):
        super().__init__(); s.rnn=nn.RNN(2,3,nonlinearity='relu',batch_first=True,dropout=0.0); s.head=nn.Sequential(nn.Linear(3,4),nn.Tanh(),nn.Dropout(0.2),nn.Linear(4,2))
r=RNNRelu()
torch.save(r,'whole.pt')
