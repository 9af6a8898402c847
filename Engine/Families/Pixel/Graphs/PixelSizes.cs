using System.Text.Json.Serialization;
using Loupe.Engine.Families.Bundles;

namespace Loupe.Engine.Families.Pixel.Graphs;

/// <summary>The sizes of a pixel-aligned model, as <c>training/model.py</c> names them.</summary>
/// <param name="Size">Pixels of a side of what is encoded.</param>
/// <param name="Cell">Pixels that a feature is wide.</param>
/// <param name="Width">Of a feature.</param>
/// <param name="Trunk">Width of the coarse layers.</param>
/// <param name="TrunkLayers">How many there are.</param>
/// <param name="TrunkHeads">Of each.</param>
/// <param name="Lm">Width of the language model.</param>
/// <param name="LmLayers">Its layers.</param>
/// <param name="Heads">Of each.</param>
/// <param name="KvHeads">Keys and values of each; a divisor of the heads.</param>
/// <param name="Slots">Regions and points of a prompt.</param>
/// <param name="Soft">Learned tokens of a prefix.</param>
/// <param name="Proposals">Tokens of a prefix that stand for things the detector found.</param>
/// <param name="Queue">Things that the detector tells of.</param>
/// <param name="Bins">Cells that a region is seen through, along each side.</param>
/// <param name="MaxTokens">Positions of the language model, prefix included.</param>
/// <param name="Vocabulary">Tokens.</param>
internal sealed record PixelSizes(
    int Size,
    int Cell,
    int Width,
    int Trunk,
    [property: JsonPropertyName("trunk_layers")] int TrunkLayers,
    [property: JsonPropertyName("trunk_heads")] int TrunkHeads,
    int Lm,
    [property: JsonPropertyName("lm_layers")] int LmLayers,
    int Heads,
    [property: JsonPropertyName("kv_heads")] int KvHeads,
    int Slots,
    int Soft,
    int Proposals,
    int Queue,
    int Bins,
    [property: JsonPropertyName("max_tokens")] int MaxTokens,
    int Vocabulary)
{
    private const int Numbers = 5;

    /// <summary>Cells along each side.</summary>
    [JsonIgnore]
    public int Grid => Size / Cell;

    [JsonIgnore]
    public int Cells => Grid * Grid;

    /// <summary>Of a head of the language model.</summary>
    [JsonIgnore]
    public int HeadWidth => Lm / Heads;

    /// <summary>Heads that share a key.</summary>
    [JsonIgnore]
    public int Group => Heads / KvHeads;

    /// <summary>Tokens of a prefix.</summary>
    [JsonIgnore]
    public int Prefix => Slots + Soft + Proposals;

    /// <summary>Rows of features behind the cells: of each thing that was found a box and a score.</summary>
    [JsonIgnore]
    public int FoundRows => RowsOf(Queue * Numbers);

    /// <summary>Rows of features behind those: the tokens of the first things found.</summary>
    [JsonIgnore]
    public int TokenRows => RowsOf(Proposals * Lm);

    /// <summary>Rows of features.</summary>
    [JsonIgnore]
    public int Rows => Cells + FoundRows + TokenRows;

    /// <summary>Refuses sizes of which no graph can be made.</summary>
    /// <exception cref="BundleException">Names the file and what is wrong.</exception>
    public void Check(string path)
    {
        int[] all =
        [
            Size, Cell, Width, Trunk, TrunkLayers, TrunkHeads, Lm, LmLayers, Heads, KvHeads, Slots, Soft, Proposals, Queue, Bins, MaxTokens,
            Vocabulary,
        ];
        var fit = all.All(size => size is > 0 and <= 1 << 16) && Size % (2 * Cell) == 0 && Cell == 8 && Trunk % TrunkHeads == 0
            && Lm % Heads == 0 && Heads % KvHeads == 0 && Proposals <= Queue && Queue <= Cells && Prefix < MaxTokens;
        if (!fit)
        {
            throw new BundleException(
                $"{path}: the sizes under 'model' should be positive and fit each other: cells of 8 pixels, size a multiple of 16, widths "
                    + "multiples of "
                + "their heads, heads a multiple of kv_heads, proposals at most queue, and the prefix (slots, soft, proposals) below "
                + "max_tokens.");
        }
    }

    private int RowsOf(int numbers) => (numbers + Width - 1) / Width;
}
