using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>A row of a table for each index.</summary>
    public sealed class Embedding : nn.Module<Tensor, Tensor>
    {
        readonly long padding;
        readonly double? longest;
        readonly double norm;
        readonly bool byFrequency, sparse;
        [ComponentName(Name = nameof(weight))] Parameter? weightField;

        internal Embedding(Parameter weight, long? padding_idx, double? max_norm, double norm_type, bool scale_grad_by_freq,
            bool sparse) : base(nameof(Embedding))
        {
            var rows = weight.shape[0];
            if (padding_idx is { } row && (row < -rows || row >= rows))
                throw new ArgumentException("Padding_idx must be within num_embeddings");
            padding = padding_idx is { } at ? (at + rows) % rows : -1;
            (longest, norm, byFrequency, this.sparse) = (max_norm, norm_type, scale_grad_by_freq, sparse);
            this.weight = weight;
        }

        public Parameter? weight
        {
            get => weightField;
            set => SetParameter(ref weightField, value ?? throw new ArgumentNullException(nameof(value)), nameof(weight));
        }

        public override Tensor forward(Tensor input)
        {
            if (longest is { } limit)
            {
                using var still = no_grad();
                InPlace("embedding_renorm_", weight!, input.contiguous(), limit, norm);
            }
            return Call("embedding", weight, input, padding, byFrequency, sparse);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Embedding Embedding(long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null,
                double norm_type = 2,
                bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                var weight = Parameter(empty(num_embeddings, embedding_dims, dtype, device));
                init.normal_(weight);
                var result = new Embedding(weight, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse);
                if (padding_idx is not { } row) return result;
                using var scope = NewDisposeScope();
                using var still = no_grad();
                weight[row].zero_();
                return result;
            }

            public static Embedding Embedding_from_pretrained(Tensor embeddings, bool freeze = true, long? padding_idx = null,
                double? max_norm = null, double norm_type = 2,
                bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null) =>
                new(Parameter(embeddings.detach().to(dtype ?? embeddings.dtype, device ?? embeddings.device), !freeze), padding_idx,
                    max_norm, norm_type, scale_grad_by_freq, sparse);
        }
    }
}
