using Loupe.Command.Evaluation.Dataset;
using Loupe.Command.Evaluation.Dataset.Coco;

namespace Loupe.Client.Tests.Evaluation.Dataset;

public sealed class DatasetReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loupe-coco").FullName;

    public DatasetReaderTests() => CocoDatasets.WritePictures(Path.Combine(_folder, "images"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, string json) => CocoDatasets.Write(_folder, name, json);

    private static string Error(string path, DatasetChoice? choice = null) =>
        Assert.Throws<DatasetException>(() => DatasetReader.Read(path, choice ?? new())).Message;

    [Theory]
    [InlineData(CocoDatasets.Polygon)]
    [InlineData(CocoDatasets.Compressed)]
    [InlineData(CocoDatasets.Uncompressed)]
    public void Instances_are_to_be_detected_and_segmented(string segmentation)
    {
        var read = DatasetReader.Read(Write("val.json", CocoDatasets.Instances(segmentation)), new());
        Assert.Equal(["1 crowds (iscrowd) left out of what is to be detected", "1 annotations with empty boxes left out"], read.Notes);
        Assert.Equal(2, read.Scenes.Count);

        var (first, second) = (read.Scenes[0], read.Scenes[1]);
        Assert.Equal((6, 5, null, Path.Combine(_folder, "images", "a.png")), (first.Width, first.Height, first.HeldOut, first.File));
        var dog = Assert.Single(first.Objects);
        Assert.Equal(("dog", new Box(1, 1, 4, 3), "6230009"), (dog.Name, dog.Box, dog.Mask!.Counts));
        Assert.Equal([VisionTask.Detect, VisionTask.Segment], first.Questions.Select(question => question.Task));
        Assert.Equal((new Box(1, 1, 4, 3), 0), (first.Questions[1].Regions[0].Box, first.Questions[1].Object));

        // The person sticks out by a pixel, and has no outline.
        Assert.Equal(new Box(4, 3, 7, 5), second.Objects.Single().Box);
        Assert.Equal(VisionTask.Detect, second.Questions.Single().Task);
    }

    [Fact]
    public void Captions_of_an_image_are_one_question_and_those_of_a_box_another()
    {
        var scene = DatasetReader.Read(Write("captions.json", CocoDatasets.Captions), new()).Scenes.Single();
        Assert.Equal([VisionTask.Caption, VisionTask.Caption], scene.Questions.Select(question => question.Task));
        Assert.Empty(scene.Questions[0].Regions);
        Assert.Equal(["A dog on the grass.", "A small dog outside."], scene.Questions[0].References);
        Assert.Equal(new Box(1, 1, 4, 3), scene.Questions[1].Regions.Single().Box);
    }

    [Fact]
    public void References_are_to_be_located_and_segmented_by_every_sentence()
    {
        Write("instances.json", CocoDatasets.Instances());
        Write("refs.json", CocoDatasets.Refs);
        var scene = DatasetReader.Read(_folder, new(Split: "val")).Scenes.Single();
        Assert.Equal(
            [
                (VisionTask.Locate, "the dog"), (VisionTask.Segment, "the dog"),
                (VisionTask.Locate, "animal on the left"), (VisionTask.Segment, "animal on the left"),
                (VisionTask.Segment, null),
            ],
            scene.Questions.Select(question => (question.Task, question.Text)));
        Assert.Equal(new Box(1, 1, 4, 3), scene.Questions[0].Box);
        Assert.Equal(
            [0, 0, 0], scene.Questions.Where(question => question.Task == VisionTask.Segment).Select(question => question.Object!.Value));

        Assert.Equal(2, DatasetReader.Read(_folder, new()).Scenes.Count);
        Assert.Single(DatasetReader.Read(_folder, new(Limit: 1)).Scenes);
        Assert.Contains("split 'testB'; there is testA, val", Error(_folder, new(Split: "testB")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_flat_list_of_expressions_is_read_too()
    {
        Write("instances.json", CocoDatasets.Instances());
        var path = Write("flat.json", """[{"ann_id":72,"image_id":8,"sent":"man"},{"ann_id":72,"sent":"the person"}]""");
        var scene = DatasetReader.Read(path, new()).Scenes.Single();
        Assert.Equal(["man", "the person"], scene.Questions.Select(question => question.Text));
        Assert.Single(scene.Objects);
    }

    [Theory]
    [InlineData(""", {"id": 73, "image_id": 7}""", "annotations[4]: the id 73 is there twice")]
    [InlineData(""", {"image_id": 7}""", "annotations[4] has no id")]
    [InlineData(""", {"id": 74, "image_id": 9}""", "annotation 74: image 9 is not in")]
    [InlineData(""", {"id": 74, "image_id": 7, "category_id": 2, "bbox": [0,0,1,1]}""", "annotation 74: category 2 has no name")]
    [InlineData(""", {"id": 74, "image_id": 7, "category_id": 1, "bbox": [0,0,1]}""", "annotation 74: bbox is not")]
    [InlineData(""", {"id": 74, "image_id": 7, "category_id": 1, "bbox": [0,0,1,"1"]}""", "annotations[4].bbox")]
    [InlineData(""", {"id": 74, "image_id": 7, "category_id": 1, "bbox": [0,0,1,1], "segmentation": [[0,0,1,1]]}""", "annotation 74: segmentation: a polygon is")]
    [InlineData(""", {"id": 74, "image_id": 7, "category_id": 1, "bbox": [0,0,1,1], "segmentation": {"size":[6,5],"counts":"T1"}}""", "annotation 74: segmentation: size is [6,5]")]
    [InlineData(""", {"id": 74, "image_id": 7, "category_id": 1, "bbox": [0,0,1,1], "segmentation": {"size":[5,6],"counts":[9223372036854775807,9223372036854775807]}}""", "annotation 74: segmentation: run lengths do not cover")]
    [InlineData(""", {"id": 74, "image_id": 7, "category_id": 1, "bbox": [0,0,1,1], "segmentation": {"size":[5,6]}}""", "annotation 74: segmentation: ")]
    [InlineData(""", {"id": 74, "image_id": 7, "category_id": 1, "bbox": [0,0,1,1], "segmentation": ["dog"]}""", "annotation 74: segmentation: ")]
    public void What_makes_no_sense_is_told_with_file_and_entry(string entry, string expected)
    {
        var error = Error(Write("val.json", CocoDatasets.Instances(more: entry)));
        Assert.StartsWith(Path.Combine(_folder, "val.json"), error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"ref_id":5,"ann_id":99,"image_id":7,"sent":"a"}]""", "ref 5: annotation 99 is not in")]
    [InlineData("""[{"ref_id":5,"ann_id":70,"image_id":8,"sent":"a"}]""", "ref 5: annotation 70 is of another image")]
    [InlineData("""[{"ann_id":70,"image_id":7,"sentences":[]}]""", "ref at index 0 has no \"sentences\"")]
    [InlineData("""[{"ann_id":70,"image_id":7,"sentences":[3]}]""", "ref at index 0 has no \"sentences\"")]
    [InlineData("""[{"ann_id":70,"image_id":7,"sentences":"a"}]""", "$[0].sentences")]
    public void A_reference_that_makes_no_sense_is_told(string refs, string expected)
    {
        Write("instances.json", CocoDatasets.Instances());
        Assert.Contains(expected, Error(Write("refs.json", refs)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pickle_is_told_how_to_become_json()
    {
        var pickle = Path.Combine(_folder, "refs(unc).p");
        File.WriteAllBytes(pickle, [0x80, 2, (byte)']']);
        Assert.Contains("json.dump(pickle.load(", Error(pickle), StringComparison.Ordinal);
        Assert.Contains(pickle, Error(_folder), StringComparison.Ordinal);

        // Python 2 wrote pickles as text.
        File.WriteAllText(pickle, "(lp0\n.");
        Assert.Contains("json.dump(pickle.load(", Error(pickle), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_several_annotation_files_must_be_told_which()
    {
        Write("one.json", CocoDatasets.Captions);
        Write("two.json", CocoDatasets.Instances());
        Assert.Contains("name one: one.json, two.json", Error(_folder), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_picture_and_one_outside_of_the_dataset_are_told()
    {
        var path = Write("val.json", CocoDatasets.Instances());
        File.Delete(Path.Combine(_folder, "images", "b.png"));
        Assert.Contains("image 8: there is no b.png in", Error(path), StringComparison.Ordinal);
        Assert.Contains("--images", Error(path), StringComparison.Ordinal);

        Write("val.json", CocoDatasets.Instances().Replace("b.png", "../b.png", StringComparison.Ordinal));
        Assert.Contains("image 8: '../b.png' is no file name within", Error(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("dog")]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("""{"images":[{"id":1,"file_name":"a.png","width":100000,"height":1}],"annotations":[{"id":1,"image_id":1,"caption":"a"}]}""")]
    [InlineData("""{"images":[],"annotations":[]}""")]
    public void What_is_no_dataset_is_refused(string json) =>
        Assert.Contains("no.json", Error(Write("no.json", json)), StringComparison.Ordinal);

    [Fact]
    public void Refs_without_their_annotations_are_refused() =>
        Assert.Contains(DatasetReader.Instances, Error(Write("refs.json", CocoDatasets.Refs)), StringComparison.Ordinal);

    [Fact]
    public void Larger_files_than_the_limit_are_not_read()
    {
        using (var file = File.Create(Path.Combine(_folder, "large.json")))
        {
            file.SetLength(DatasetLimits.FileBytes + 1);
        }

        Assert.Contains(
            "bytes; at most", Assert.Throws<DatasetException>(() => CocoFile.Read(Path.Combine(_folder, "large.json"))).Message,
            StringComparison.Ordinal);
    }
}
