"""The text encoder: CLIPTextModel of Stable Diffusion 1.x, narrow and shallow; parameter names as in transformers."""
import torch
from torch import nn

from layers import attention
from tokenizer import LENGTH

WIDTH, LAYERS, HEADS = 128, 4, 4


class SelfAttention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x):
        q, k, v = (p(x).unflatten(-1, (HEADS, -1)).transpose(1, 2) for p in (self.q_proj, self.k_proj, self.v_proj))
        return self.out_proj(attention(q, k, v, causal=True).transpose(1, 2).flatten(2))


class MLP(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        x = self.fc1(x)
        return self.fc2(x * torch.sigmoid(1.702 * x))


class Layer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.self_attn, self.mlp = SelfAttention(width), MLP(width)
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, x):
        x = x + self.self_attn(self.layer_norm1(x))
        return x + self.mlp(self.layer_norm2(x))


class TextEncoder(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.embeddings = nn.Module()
        self.embeddings.token_embedding = nn.Embedding(vocabulary, WIDTH)
        self.embeddings.position_embedding = nn.Embedding(LENGTH, WIDTH)
        nn.init.normal_(self.embeddings.token_embedding.weight, std=.02)
        nn.init.normal_(self.embeddings.position_embedding.weight, std=.01)
        self.encoder = nn.Module()
        self.encoder.layers = nn.ModuleList([Layer(WIDTH) for _ in range(LAYERS)])
        self.final_layer_norm = nn.LayerNorm(WIDTH)

    def forward(self, ids):
        """Token numbers (B x 77) to states (B x 77 x 128)."""
        x = self.embeddings.token_embedding(ids) + self.embeddings.position_embedding.weight
        for layer in self.encoder.layers:
            x = layer(x)
        return self.final_layer_norm(x)


def transformers_state(model):
    return {f"text_model.{k}": v for k, v in model.state_dict().items()}


def transformers_config(vocabulary):
    return {"architectures": ["CLIPTextModel"], "model_type": "clip_text_model", "vocab_size": vocabulary,
            "hidden_size": WIDTH, "intermediate_size": 4 * WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS,
            "max_position_embeddings": LENGTH, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5, "projection_dim": WIDTH,
            "bos_token_id": vocabulary - 2, "eos_token_id": vocabulary - 1, "pad_token_id": vocabulary - 1}
