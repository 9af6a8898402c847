using Loupe.Engine.Families.Onnx;

namespace Loupe.Engine.Families.Florence.Graphs;

/// <summary>
/// The names of a checkpoint's tensors. Graphs use those of transformers' checkpoints, without a leading <c>model.</c>; the
/// original publisher's map one to one.
/// </summary>
/// <param name="tensors">The checkpoint.</param>
internal sealed class FlorenceWeights(SafeTensors tensors)
{
    private const string Converted = "model.";

    private readonly bool _isConverted = tensors.Tensors.ContainsKey("model.vision_tower.convs.0.conv.weight");

    public SafeTensors File => tensors;

    /// <summary>Whether the projection of image features lies turned: the publisher multiplies from the other side.</summary>
    public bool ProjectionIsTurned => !_isConverted;

    /// <summary>The checkpoint's own name of a tensor.</summary>
    public string this[string name] => _isConverted ? Converted + name : Original(name);

    /// <summary>The checkpoint's own name of a tensor that not every checkpoint has, or null.</summary>
    public string? Optional(string name) => tensors.Tensors.ContainsKey(this[name]) ? this[name] : null;

    private static string Original(string name)
    {
        if (name.StartsWith("language_model.", StringComparison.Ordinal))
        {
            return name == "language_model.final_logits_bias" ? name : $"language_model.model.{name["language_model.".Length..]}";
        }

        if (name.StartsWith("multi_modal_projector.", StringComparison.Ordinal))
        {
            return name["multi_modal_projector.".Length..]
                .Replace("image_projection.weight", "image_projection", StringComparison.Ordinal)
                .Replace("image_position_embed.", "image_pos_embed.", StringComparison.Ordinal);
        }

        if (!name.StartsWith("vision_tower.blocks.", StringComparison.Ordinal))
        {
            return name.Replace(".conv.", ".proj.", StringComparison.Ordinal);
        }

        var attention = name.Contains(".spatial_block.", StringComparison.Ordinal) ? "window_attn" : "channel_attn";
        return name
            .Replace(".conv1.", ".conv1.fn.dw.", StringComparison.Ordinal)
            .Replace(".conv2.", ".conv2.fn.dw.", StringComparison.Ordinal)
            .Replace($".{attention}.", $".{attention}.fn.", StringComparison.Ordinal)
            .Replace(".norm1.", $".{attention}.norm.", StringComparison.Ordinal)
            .Replace(".ffn.", ".ffn.fn.net.", StringComparison.Ordinal)
            .Replace(".norm2.", ".ffn.norm.", StringComparison.Ordinal);
    }
}
