using Loupe.Engine.Families.Florence.Making;
using Loupe.Engine.Families.Florence.Text;

namespace Loupe.Engine.Tests.Families.Florence;

/// <summary>
/// The real vocabulary's golden ids. It is the publisher's and not part of the repository: <c>LOUPE_BART</c> names a folder with
/// its <c>vocab.json</c>, <c>merges.txt</c> and <c>tokenizer_config.json</c>.
/// </summary>
public sealed class BartTokenizerTests
{
    [Theory]
    [InlineData("describe", "45091 21700")]
    [InlineData("Locate cat in the image.", "574 22486 4758 11 5 2274 4")]
    [InlineData("What does the image describe?", "2264 473 5 2274 6190 116")]
    [InlineData("Describe in detail what is shown in the image.", "47066 21700 11 4617 99 16 2343 11 5 2274 4")]
    [InlineData("Describe with a paragraph what is shown in the image.", "47066 21700 19 10 17818 99 16 2343 11 5 2274 4")]
    [InlineData("Locate the objects with category name in the image.", "574 22486 5 8720 19 4120 766 11 5 2274 4")]
    [InlineData("What is the text in the image, with regions?", "2264 16 5 2788 11 5 2274 6 19 3806 116")]
    [InlineData("Locate the objects in the image, with their descriptions.", "574 22486 5 8720 11 5 2274 6 19 49 24173 4")]
    [InlineData("Locate the region proposals in the image.", "574 22486 5 976 5327 11 5 2274 4")]
    [InlineData("What does the region <loc_0><loc_1><loc_998><loc_999> describe?", "2264 473 5 976 1437 50269 50270 51267 51268 6190 116")]
    [InlineData("What is the polygon mask of region <loc_5>", "2264 16 5 11424 14601 11445 9 976 1437 50274")]
    [InlineData("Locate the phrases in the caption: A green car", "574 22486 5 22810 11 5 3747 35 83 2272 512")]
    public void The_real_vocabulary_gives_the_original_s_ids(string text, string ids)
    {
        var folder = Environment.GetEnvironmentVariable("LOUPE_BART");
        Assert.SkipWhen(folder is null, "LOUPE_BART names no folder with BART's vocabulary, which is not part of the repository");
        Assert.Equal(ids, string.Join(' ', new BartTokenizer(PublishedTokenizer.Read(folder!)).Encode(text)));
    }

    [Fact]
    public void What_is_encoded_is_spelled_again()
    {
        var tokenizer = new BartTokenizer(PublishedTokenizer.Read(TinyFlorence.Folder));
        foreach (var text in (string[])["a red car, 7 cats", "naïve café — 日本語", "<loc_5> in the <od> image", "tabs\tand\nlines"])
        {
            var said = new Transcript(tokenizer);
            foreach (var id in tokenizer.Encode(text))
            {
                said.Add(id, 0.5);
            }

            said.Close();
            Assert.Equal(text, said.Text);
            Assert.Equal(text.Split([' ', '\t', '\n']), said.Words.Select(word => word.Text));
        }
    }
}
