using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>
    /// Attention with several heads (Vaswani et al., 2017). Sequences come first: query is (target length, batch, embedding), key and
    /// value (source length, batch, their own). Returns the attended values and, if wanted, the weights averaged over the heads.
    /// </summary>
    public sealed class MultiheadAttention : nn.Module<Tensor, Tensor, Tensor, Tensor?, bool, Tensor?, Tuple<Tensor, Tensor>>
    {
        readonly long embedding, heads;
        readonly double dropout;
        readonly bool zeroAttention;
        readonly Parameter? in_proj_weight, q_proj_weight, k_proj_weight, v_proj_weight, in_proj_bias, bias_k, bias_v;
        readonly Linear out_proj;

        internal MultiheadAttention(long embedded_dim, long num_heads, double dropout, bool bias, bool add_bias_kv, bool add_zero_attn,
            long kdim, long vdim) : base(nameof(MultiheadAttention))
        {
            if (embedded_dim % num_heads != 0)
                throw new ArgumentException($"embed_dim ({embedded_dim}) must be divisible by num_heads ({num_heads})");
            (embedding, heads, this.dropout, zeroAttention) = (embedded_dim, num_heads, dropout, add_zero_attn);
            var together = kdim == embedded_dim && vdim == embedded_dim;
            if (together) in_proj_weight = Learnt(3 * embedded_dim, embedded_dim);
            else (q_proj_weight, k_proj_weight, v_proj_weight) = (Learnt(embedded_dim, embedded_dim), Learnt(embedded_dim, kdim),
                Learnt(embedded_dim, vdim));
            if (bias) in_proj_bias = Learnt(3 * embedded_dim);
            out_proj = nn.Linear(embedded_dim, embedded_dim, bias);
            if (add_bias_kv) (bias_k, bias_v) = (Learnt(1, 1, embedded_dim), Learnt(1, 1, embedded_dim));
            if (together) nn.init.xavier_uniform_(in_proj_weight!);
            else foreach (var weight in (Parameter[])[q_proj_weight!, k_proj_weight!, v_proj_weight!]) nn.init.xavier_uniform_(weight);
            if (bias)
            {
                nn.init.zeros_(in_proj_bias!);
                nn.init.zeros_(out_proj.bias!);
            }
            if (add_bias_kv)
            {
                nn.init.xavier_normal_(bias_k!);
                nn.init.xavier_normal_(bias_v!);
            }
            RegisterComponents();
        }

        public new Tuple<Tensor, Tensor> call(Tensor query, Tensor key, Tensor value, Tensor? key_padding_mask = null,
            bool need_weights = true, Tensor? attn_mask = null) =>
            base.call(query, key, value, key_padding_mask, need_weights, attn_mask);

        /// <summary>A mask that is true, or minus infinity, hides a key: key_padding_mask (batch, source), attn_mask (target,
        /// source).</summary>
        public override Tuple<Tensor, Tensor> forward(Tensor query, Tensor key, Tensor value, Tensor? key_padding_mask, bool need_weights,
            Tensor? attn_mask)
        {
            using var scope = NewDisposeScope();
            var (target, batch) = (query.shape[0], query.shape[1]);
            var (q, k, v) = Projected(query, key, value);
            if (bias_k is not null)
            {
                k = cat([k, bias_k.repeat(1, batch, 1)]);
                v = cat([v, bias_v!.repeat(1, batch, 1)]);
                attn_mask = Wider(attn_mask);
                key_padding_mask = Wider(key_padding_mask);
            }
            var width = embedding / heads;
            q = q.contiguous().view(target, batch * heads, width).transpose(0, 1);
            k = k.contiguous().view(-1, batch * heads, width).transpose(0, 1);
            v = v.contiguous().view(-1, batch * heads, width).transpose(0, 1);
            if (zeroAttention)
            {
                k = cat([k, k.new_zeros([batch * heads, 1, width])], 1);
                v = cat([v, v.new_zeros([batch * heads, 1, width])], 1);
                attn_mask = Wider(attn_mask);
                key_padding_mask = Wider(key_padding_mask);
            }
            var source = k.shape[1];
            if (attn_mask is not null) attn_mask = Additive(attn_mask, q.dtype);
            if (key_padding_mask is not null)
            {
                var hidden = Additive(key_padding_mask, q.dtype).view(batch, 1, 1, source).expand(batch, heads, 1,
                    source).reshape(batch * heads, 1, source);
                attn_mask = attn_mask is null ? hidden : hidden + attn_mask;
            }
            q /= Math.Sqrt(width);
            k = k.transpose(-2, -1);
            var scores = attn_mask is null ? q.bmm(k) : attn_mask.baddbmm(q, k);
            var weights = scores.softmax(-1);
            if (training && dropout > 0) weights = nn.functional.dropout(weights, dropout);
            var result = out_proj.call(weights.bmm(v).transpose(0, 1).contiguous().view(target, batch,
                embedding)).MoveToOuterDisposeScope();
            return Tuple.Create(result, need_weights ? (weights.view(batch, heads, target,
                source).sum(1) / heads).MoveToOuterDisposeScope() : null!);
        }

        (Tensor, Tensor, Tensor) Projected(Tensor query, Tensor key, Tensor value)
        {
            if (in_proj_weight is not null && ReferenceEquals(key, value))
            {
                // One product for what is projected together, as PyTorch does.
                if (ReferenceEquals(query, key)) return Three(nn.functional.linear(query, in_proj_weight, in_proj_bias).chunk(3, -1));
                var weight = in_proj_weight.split([embedding, 2 * embedding], 0);
                var bias = in_proj_bias?.split([embedding, 2 * embedding], 0) ?? new Tensor?[2];
                return Three([nn.functional.linear(query, weight[0], bias[0]),
                    .. nn.functional.linear(key, weight[1], bias[1]).chunk(2, -1)]);
            }
            var biases = in_proj_bias?.chunk(3) ?? new Tensor?[3];
            var weights = in_proj_weight?.chunk(3) ?? [q_proj_weight!, k_proj_weight!, v_proj_weight!];
            return (nn.functional.linear(query, weights[0], biases[0]), nn.functional.linear(key, weights[1], biases[1]),
                nn.functional.linear(value, weights[2], biases[2]));
        }

        static (Tensor, Tensor, Tensor) Three(Tensor[] parts) => (parts[0], parts[1], parts[2]);

        static Parameter Learnt(params long[] shape) => nn.Parameter(empty(shape)).DetachFromDisposeScope().AsParameter();

        static Tensor? Wider(Tensor? mask) => mask is null ? null : nn.functional.pad(mask, (0, 1));

        static Tensor Additive(Tensor mask, ScalarType type) => mask.dtype == ScalarType.Bool
            ? zeros_like(mask, type).masked_fill_(mask, double.NegativeInfinity)
            : mask;
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static MultiheadAttention MultiheadAttention(long embedded_dim, long num_heads, double dropout = 0, bool bias = true,
                bool add_bias_kv = false,
                bool add_zero_attn = false, long? kdim = null, long? vdim = null) =>
                new(embedded_dim, num_heads, dropout, bias, add_bias_kv, add_zero_attn, kdim ?? embedded_dim, vdim ?? embedded_dim);
        }
    }
}
